/** Look-up tables of everything that OpenFlow 1.3 and the chosen extensions define. */
import { standardActions } from "./action.ts";
import type {
  ActionWord,
  Definition,
  Entry,
  ExperimenterExtension,
  MultipartDirection,
  OxmField,
  Registry,
} from "./definition.ts";
import { OxmClass } from "./enums/match.ts";
import { basicFields } from "./fields.ts";
import { standardWords } from "./text/action-words.ts";

const standardActionWords: ReadonlyMap<string, ActionWord> = new Map(Object.entries(standardWords));

/** Two extensions that claim the same number or name would decode by chance: that is the caller's mistake. */
function put<K, V>(map: Map<K, V>, key: K, value: V, what: string): void {
  if (map.has(key)) throw new RangeError(`experimenters: two of them define ${what}`);
  map.set(key, value);
}

/** Definitions of extensions, by what stands for them on the wire and by their type. */
interface Found {
  readonly byNumber: Map<string, Definition>;
  readonly byType: Map<string, Entry>;
}

function found(): Found {
  return { byNumber: new Map(), byType: new Map() };
}

function putAll({ byNumber, byType }: Found, experimenter: number, rows: readonly Definition[], what: string): void {
  for (const definition of rows) {
    put(byNumber, `${experimenter}:${definition.code}`, definition, `${what} ${definition.type}`);
    put(byType, definition.type, { definition, experimenter }, `${what} ${definition.type}`);
  }
}

/** Two 32-bit numbers as one key. */
function pair(high: number, low: number): number {
  return high * 0x10000 + low;
}

/** Throws RangeError when two extensions define the same thing. */
export function createRegistry(
  extensions: readonly ExperimenterExtension[],
  standardMessages: readonly Definition[],
): Registry {
  const actionsByCode = new Map(standardActions.map((definition) => [definition.code, definition]));
  const actionsByType = new Map<string, Entry>(standardActions.map((definition) => [definition.type, { definition }]));
  const messagesByCode = new Map(standardMessages.map((definition) => [definition.code, definition]));
  const messages: Found = {
    byNumber: new Map(),
    byType: new Map(standardMessages.map((definition) => [definition.type, { definition }])),
  };
  const multiparts: Readonly<Record<MultipartDirection, Found>> = { request: found(), reply: found() };
  const experimenterActions = new Map<number, Definition>();
  const actionWords = new Map<string, ActionWord>();
  const errors = new Map<number, string>();
  const fields: OxmField[] = [...basicFields];

  for (const extension of extensions) {
    const { experimenter, actions = [], fields: more = [] } = extension;
    for (const definition of actions) {
      put(experimenterActions, pair(experimenter, definition.code), definition, `action ${definition.type}`);
      put(actionsByType, definition.type, { definition, experimenter }, `action ${definition.type}`);
      for (const [word, read] of Object.entries(definition.words ?? {}))
        put(actionWords, word, read, `the word ${word}`);
    }
    putAll(messages, experimenter, extension.messages ?? [], "message");
    putAll(multiparts.request, experimenter, extension.multipartRequests ?? [], "multipart request");
    putAll(multiparts.reply, experimenter, extension.multipartReplies ?? [], "multipart reply");
    for (const [code, name] of Object.entries(extension.errors ?? {})) {
      put(errors, pair(experimenter, Number(code)), name, `error ${name}`);
    }
    fields.push(...more);
  }
  const fieldsByName = new Map<string, OxmField>();
  const fieldsByHeader = new Map<number, OxmField>();
  const fieldsByText = new Map<string, OxmField>();
  for (const field of fields) {
    put(fieldsByName, field.name, field, `field ${field.name}`);
    put(
      fieldsByHeader,
      fieldKey(field.oxmClass, field.field, field.experimenter ?? 0),
      field,
      `field ${field.oxmName}`,
    );
    for (const name of textNames(field)) put(fieldsByText, name, field, `the field word ${name}`);
  }

  return {
    fields,
    actionByCode: (code) => actionsByCode.get(code),
    actionByType: (type) => actionsByType.get(type),
    experimenterAction: (experimenter, subtype) => experimenterActions.get(pair(experimenter, subtype)),
    messageByCode: (code) => messagesByCode.get(code),
    messageByType: (type) => messages.byType.get(type),
    experimenterMessage: (experimenter, expType) => messages.byNumber.get(`${experimenter}:${expType}`),
    experimenterMultipart: (direction, experimenter, expType) =>
      multiparts[direction].byNumber.get(`${experimenter}:${expType}`),
    multipartByType: (direction, type) => multiparts[direction].byType.get(type),
    fieldByText: (name) => fieldsByText.get(name),
    experimenterError: (experimenter, code) => errors.get(pair(experimenter, code)),
    // An extension's own forms of a standard word, output(port=1,max_len=64), come before the standard ones.
    actionWord: (word) => actionWords.get(word.toLowerCase()) ?? standardActionWords.get(word.toLowerCase()),
    fieldByName: (name) => fieldsByName.get(name),
    fieldByHeader: (oxmClass, field, experimenter) => fieldsByHeader.get(fieldKey(oxmClass, field, experimenter)),
  };
}

/** Every name of a field in `ovs-ofctl` text. */
function textNames({ text, oxmName }: OxmField): readonly string[] {
  return text && !text.alternate ? [text.name, ...(text.aliases ?? []), oxmName] : [oxmName];
}

/** A header without mask bit and length as one number; an experimenter id stands above the 7 bits of the field. */
function fieldKey(oxmClass: number, field: number, experimenter: number): number {
  return oxmClass === OxmClass.experimenter ? pair(experimenter, field) + 2 ** 48 : pair(oxmClass, field);
}
