import { TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { MENU } from './menu.js';

/** Every table has the menu: state, sent to whoever subscribes. */
@TopicPolicy('menu')
export class MenuPolicy implements TopicPolicyHandler {
  canSubscribe(): boolean {
    return true;
  }

  snapshot(): readonly string[] {
    return MENU;
  }
}
