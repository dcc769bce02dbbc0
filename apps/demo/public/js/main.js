import { playAutomatically } from './automatic-guest.js';
import { Diary } from './diary.js';
import { Guest } from './guest.js';
import { KitchenWindow } from './kitchen-window.js';
import { Network } from './network.js';
import { Regular } from './regular.js';
import { drawCards, extraOf } from './view/cards.js';
import { CharityPanel } from './view/charity-panel.js';
import { drawCurl } from './view/curl.js';
import { KitchenPanel } from './view/kitchen-panel.js';
import { drawLost } from './view/lost.js';
import { drawMenu } from './view/menu.js';
import { drawSwitches } from './view/network-switch.js';
import { plot } from './view/plots.js';
import { RegularPanel } from './view/regular-panel.js';
import { Charity } from './ways/charity.js';
import { EventStream } from './ways/event-stream.js';
import { LongPoll } from './ways/long-poll.js';
import { ShortPoll } from './ways/short-poll.js';
import { Table } from './ways/table.js';

const guest = await Guest.sitDown();
const kitchen = new KitchenWindow(guest);
const diary = (options = {}) => new Diary(guest.now, options);
const diaries = {
  short: diary(),
  long: diary(),
  socket: diary(),
  sse: diary(),
  webhook: diary({ isOrdered: false }),
};

drawLost(guest);
drawCards(diaries, kitchen);
const panel = new KitchenPanel(guest, kitchen);

const table = new Table(guest, diaries.socket);
drawMenu(extraOf('socket'), table);
const charity = new Charity(guest, diaries.webhook, kitchen);
new CharityPanel(extraOf('webhook'), charity, kitchen);
drawCurl(guest);

const regular = new Regular(guest, diary());
new RegularPanel(regular, kitchen);

const network = new Network(guest, kitchen, [
  new ShortPoll(guest, diaries.short),
  new LongPoll(guest, diaries.long),
  table,
  new EventStream(guest, diaries.sse),
]);
drawSwitches(network, regular);
plot(Object.values(diaries), () => network.isUp);
playAutomatically([table, regular], kitchen, () => panel.isAutomatic);
