import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
var __webpack_modules__ = {
  770: (module, __unused_webpack_exports, __nccwpck_require__) => {
    module.exports = __nccwpck_require__(218);
  },
  218: (__unused_webpack_module, exports, __nccwpck_require__) => {
    var __webpack_unused_export__;
    var net = __nccwpck_require__(278);
    var tls = __nccwpck_require__(756);
    var http = __nccwpck_require__(611);
    var https = __nccwpck_require__(692);
    var events = __nccwpck_require__(434);
    var assert = __nccwpck_require__(613);
    var util = __nccwpck_require__(23);
    exports.httpOverHttp = httpOverHttp;
    exports.httpsOverHttp = httpsOverHttp;
    exports.httpOverHttps = httpOverHttps;
    exports.httpsOverHttps = httpsOverHttps;
    function httpOverHttp(options) {
      var agent = new TunnelingAgent(options);
      agent.request = http.request;
      return agent;
    }
    function httpsOverHttp(options) {
      var agent = new TunnelingAgent(options);
      agent.request = http.request;
      agent.createSocket = createSecureSocket;
      agent.defaultPort = 443;
      return agent;
    }
    function httpOverHttps(options) {
      var agent = new TunnelingAgent(options);
      agent.request = https.request;
      return agent;
    }
    function httpsOverHttps(options) {
      var agent = new TunnelingAgent(options);
      agent.request = https.request;
      agent.createSocket = createSecureSocket;
      agent.defaultPort = 443;
      return agent;
    }
    function TunnelingAgent(options) {
      var self = this;
      self.options = options || {};
      self.proxyOptions = self.options.proxy || {};
      self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
      self.requests = [];
      self.sockets = [];
      self.on("free", function onFree(socket, host, port, localAddress) {
        var options = toOptions(host, port, localAddress);
        for (var i = 0, len = self.requests.length; i < len; ++i) {
          var pending = self.requests[i];
          if (pending.host === options.host && pending.port === options.port) {
            self.requests.splice(i, 1);
            pending.request.onSocket(socket);
            return;
          }
        }
        socket.destroy();
        self.removeSocket(socket);
      });
    }
    util.inherits(TunnelingAgent, events.EventEmitter);
    TunnelingAgent.prototype.addRequest = function addRequest(
      req,
      host,
      port,
      localAddress,
    ) {
      var self = this;
      var options = mergeOptions(
        { request: req },
        self.options,
        toOptions(host, port, localAddress),
      );
      if (self.sockets.length >= this.maxSockets) {
        self.requests.push(options);
        return;
      }
      self.createSocket(options, function (socket) {
        socket.on("free", onFree);
        socket.on("close", onCloseOrRemove);
        socket.on("agentRemove", onCloseOrRemove);
        req.onSocket(socket);
        function onFree() {
          self.emit("free", socket, options);
        }
        function onCloseOrRemove(err) {
          self.removeSocket(socket);
          socket.removeListener("free", onFree);
          socket.removeListener("close", onCloseOrRemove);
          socket.removeListener("agentRemove", onCloseOrRemove);
        }
      });
    };
    TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
      var self = this;
      var placeholder = {};
      self.sockets.push(placeholder);
      var connectOptions = mergeOptions({}, self.proxyOptions, {
        method: "CONNECT",
        path: options.host + ":" + options.port,
        agent: false,
        headers: {
          host: options.host + ":" + options.port,
        },
      });
      if (options.localAddress) {
        connectOptions.localAddress = options.localAddress;
      }
      if (connectOptions.proxyAuth) {
        connectOptions.headers = connectOptions.headers || {};
        connectOptions.headers["Proxy-Authorization"] =
          "Basic " + new Buffer(connectOptions.proxyAuth).toString("base64");
      }
      debug("making CONNECT request");
      var connectReq = self.request(connectOptions);
      connectReq.useChunkedEncodingByDefault = false;
      connectReq.once("response", onResponse);
      connectReq.once("upgrade", onUpgrade);
      connectReq.once("connect", onConnect);
      connectReq.once("error", onError);
      connectReq.end();
      function onResponse(res) {
        res.upgrade = true;
      }
      function onUpgrade(res, socket, head) {
        process.nextTick(function () {
          onConnect(res, socket, head);
        });
      }
      function onConnect(res, socket, head) {
        connectReq.removeAllListeners();
        socket.removeAllListeners();
        if (res.statusCode !== 200) {
          debug(
            "tunneling socket could not be established, statusCode=%d",
            res.statusCode,
          );
          socket.destroy();
          var error = new Error(
            "tunneling socket could not be established, " +
              "statusCode=" +
              res.statusCode,
          );
          error.code = "ECONNRESET";
          options.request.emit("error", error);
          self.removeSocket(placeholder);
          return;
        }
        if (head.length > 0) {
          debug("got illegal response body from proxy");
          socket.destroy();
          var error = new Error("got illegal response body from proxy");
          error.code = "ECONNRESET";
          options.request.emit("error", error);
          self.removeSocket(placeholder);
          return;
        }
        debug("tunneling connection has established");
        self.sockets[self.sockets.indexOf(placeholder)] = socket;
        return cb(socket);
      }
      function onError(cause) {
        connectReq.removeAllListeners();
        debug(
          "tunneling socket could not be established, cause=%s\n",
          cause.message,
          cause.stack,
        );
        var error = new Error(
          "tunneling socket could not be established, " +
            "cause=" +
            cause.message,
        );
        error.code = "ECONNRESET";
        options.request.emit("error", error);
        self.removeSocket(placeholder);
      }
    };
    TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
      var pos = this.sockets.indexOf(socket);
      if (pos === -1) {
        return;
      }
      this.sockets.splice(pos, 1);
      var pending = this.requests.shift();
      if (pending) {
        this.createSocket(pending, function (socket) {
          pending.request.onSocket(socket);
        });
      }
    };
    function createSecureSocket(options, cb) {
      var self = this;
      TunnelingAgent.prototype.createSocket.call(
        self,
        options,
        function (socket) {
          var hostHeader = options.request.getHeader("host");
          var tlsOptions = mergeOptions({}, self.options, {
            socket: socket,
            servername: hostHeader
              ? hostHeader.replace(/:.*$/, "")
              : options.host,
          });
          var secureSocket = tls.connect(0, tlsOptions);
          self.sockets[self.sockets.indexOf(socket)] = secureSocket;
          cb(secureSocket);
        },
      );
    }
    function toOptions(host, port, localAddress) {
      if (typeof host === "string") {
        return {
          host: host,
          port: port,
          localAddress: localAddress,
        };
      }
      return host;
    }
    function mergeOptions(target) {
      for (var i = 1, len = arguments.length; i < len; ++i) {
        var overrides = arguments[i];
        if (typeof overrides === "object") {
          var keys = Object.keys(overrides);
          for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
            var k = keys[j];
            if (overrides[k] !== undefined) {
              target[k] = overrides[k];
            }
          }
        }
      }
      return target;
    }
    var debug;
    if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) {
      debug = function () {
        var args = Array.prototype.slice.call(arguments);
        if (typeof args[0] === "string") {
          args[0] = "TUNNEL: " + args[0];
        } else {
          args.unshift("TUNNEL:");
        }
        console.error.apply(console, args);
      };
    } else {
      debug = function () {};
    }
    __webpack_unused_export__ = debug;
  },
  613: (module) => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)(
      "assert",
    );
  },
  434: (module) => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)(
      "events",
    );
  },
  611: (module) => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");
  },
  692: (module) => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");
  },
  278: (module) => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");
  },
  421: (module) => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)(
      "node:child_process",
    );
  },
  756: (module) => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");
  },
  23: (module) => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");
  },
};
var __webpack_module_cache__ = {};
function __nccwpck_require__(moduleId) {
  var cachedModule = __webpack_module_cache__[moduleId];
  if (cachedModule !== undefined) {
    return cachedModule.exports;
  }
  var module = (__webpack_module_cache__[moduleId] = {
    exports: {},
  });
  var threw = true;
  try {
    __webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
    threw = false;
  } finally {
    if (threw) delete __webpack_module_cache__[moduleId];
  }
  return module.exports;
}
if (typeof __nccwpck_require__ !== "undefined")
  __nccwpck_require__.ab =
    decodeURIComponent(new URL(".", import.meta.url).pathname).slice(
      import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0,
      -1,
    ) + "/";
(() => {
  var getProto = Object.getPrototypeOf
    ? (obj) => Object.getPrototypeOf(obj)
    : (obj) => obj.__proto__;
  var leafPrototypes;
  __nccwpck_require__.t = function (value, mode) {
    if (mode & 1) value = this(value);
    if (mode & 8) return value;
    if (typeof value === "object" && value) {
      if (mode & 4 && value.__esModule) return value;
      if (mode & 16 && typeof value.then === "function") return value;
    }
    var ns = Object.create(null);
    __nccwpck_require__.r(ns);
    var def = {};
    leafPrototypes = leafPrototypes || [
      null,
      getProto({}),
      getProto([]),
      getProto(getProto),
    ];
    for (
      var current = mode & 2 && value;
      typeof current == "object" && !~leafPrototypes.indexOf(current);
      current = getProto(current)
    ) {
      Object.getOwnPropertyNames(current).forEach(
        (key) => (def[key] = () => value[key]),
      );
    }
    def["default"] = () => value;
    __nccwpck_require__.d(ns, def);
    return ns;
  };
})();
(() => {
  __nccwpck_require__.d = (exports, definition) => {
    for (var key in definition) {
      if (
        __nccwpck_require__.o(definition, key) &&
        !__nccwpck_require__.o(exports, key)
      ) {
        Object.defineProperty(exports, key, {
          enumerable: true,
          get: definition[key],
        });
      }
    }
  };
})();
(() => {
  __nccwpck_require__.o = (obj, prop) =>
    Object.prototype.hasOwnProperty.call(obj, prop);
})();
(() => {
  __nccwpck_require__.r = (exports) => {
    if (typeof Symbol !== "undefined" && Symbol.toStringTag) {
      Object.defineProperty(exports, Symbol.toStringTag, { value: "Module" });
    }
    Object.defineProperty(exports, "__esModule", { value: true });
  };
})();
var __webpack_exports__ = {};
var platform_namespaceObject = {};
__nccwpck_require__.r(platform_namespaceObject);
__nccwpck_require__.d(platform_namespaceObject, {
  arch: () => arch,
  getDetails: () => getDetails,
  isLinux: () => isLinux,
  isMacOS: () => isMacOS,
  isWindows: () => isWindows,
  platform: () => platform,
});
var core_namespaceObject = {};
__nccwpck_require__.r(core_namespaceObject);
__nccwpck_require__.d(core_namespaceObject, {
  ExitCode: () => ExitCode,
  addPath: () => addPath,
  debug: () => debug,
  endGroup: () => endGroup,
  error: () => error,
  exportVariable: () => exportVariable,
  getBooleanInput: () => getBooleanInput,
  getIDToken: () => getIDToken,
  getInput: () => getInput,
  getMultilineInput: () => getMultilineInput,
  getState: () => getState,
  group: () => group,
  info: () => info,
  isDebug: () => isDebug,
  markdownSummary: () => markdownSummary,
  notice: () => notice,
  platform: () => platform_namespaceObject,
  saveState: () => saveState,
  setCommandEcho: () => setCommandEcho,
  setFailed: () => setFailed,
  setOutput: () => setOutput,
  setSecret: () => setSecret,
  startGroup: () => startGroup,
  summary: () => summary,
  toPlatformPath: () => toPlatformPath,
  toPosixPath: () => toPosixPath,
  toWin32Path: () => toWin32Path,
  warning: () => warning,
});
// ./src/timing/clock.ts
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const systemClock = {
  now: () => Number(process.hrtime.bigint()) / 1e6,
  timeOfDay: () => Date.now(),
  async sleep(ms, signal) {
    for (let left = ms; left > 0; left -= LONGEST_TIMER_MS) {
      await timer(Math.min(left, LONGEST_TIMER_MS), signal);
    }
    signal?.throwIfAborted();
  },
};
function yieldToEventLoop() {
  return new Promise((resolve) => setImmediate(resolve));
}
function timer(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(reasonOf(signal));
      return;
    }
    const abort = () => {
      clearTimeout(id);
      if (signal) reject(reasonOf(signal));
    };
    const id = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
function reasonOf(signal) {
  return signal.reason instanceof Error
    ? signal.reason
    : new Error(String(signal.reason));
}
const RELEASED = new Error("released");
function timeLimit(clock, ms, reason, parent) {
  const limit = new AbortController();
  const timer = new AbortController();
  const follow = () => {
    if (parent) limit.abort(reasonOf(parent));
    timer.abort(RELEASED);
  };
  if (parent?.aborted) follow();
  else parent?.addEventListener("abort", follow, { once: true });
  clock.sleep(ms, timer.signal).then(
    () => {
      limit.abort(reason);
    },
    () => undefined,
  );
  return {
    signal: limit.signal,
    release() {
      parent?.removeEventListener("abort", follow);
      timer.abort(RELEASED);
    },
  };
}
// ./src/errors.ts
class InputError extends Error {
  name = "InputError";
  problems;
  constructor(problems) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}
class ApiError extends Error {
  name = "ApiError";
  where;
  status;
  words;
  retryAfterMs;
  constructor(where, status, words, retryAfterMs) {
    super(`${where.method} ${where.path} answered HTTP ${status}`);
    this.where = where;
    this.status = status;
    this.words = words;
    this.retryAfterMs = retryAfterMs;
  }
}
class ConnectionError extends Error {
  name = "ConnectionError";
  where;
  reason;
  sent;
  final;
  constructor(where, reason, { sent = true, final = false } = {}) {
    super(`${where.method} ${where.path}: ${reason}`);
    this.where = where;
    this.reason = reason;
    this.sent = sent;
    this.final = final;
  }
}
class ContractError extends Error {
  name = "ContractError";
  where;
  problem;
  final;
  constructor(where, problem, { final = false } = {}) {
    super(`${where.method} ${where.path}: ${problem}`);
    this.where = where;
    this.problem = problem;
    this.final = final;
  }
}
function isRequestError(error) {
  return (
    error instanceof ApiError ||
    error instanceof ConnectionError ||
    error instanceof ContractError
  );
}
class Stop extends Error {
  name = "Stop";
  parts;
  constructor(parts) {
    super(parts.what);
    this.parts = parts;
  }
}
class DeadlineReached extends Error {
  name = "DeadlineReached";
  timeoutMs;
  constructor(timeoutMs) {
    super("the deadline was reached");
    this.timeoutMs = timeoutMs;
  }
}
class Cancelled extends Error {
  name = "Cancelled";
  signalName;
  constructor(signalName) {
    super(`cancelled by ${signalName}`);
    this.signalName = signalName;
  }
}
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(
  import.meta.url,
)("node:fs");
const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(
  import.meta.url,
)("node:fs/promises");
// ./src/file/disk.ts
const PIECE_BYTES = 2 ** 16;
const UPLOAD_PIECE_BYTES = 2 ** 20;
const realFiles = {
  realPath: (path) => (0, promises_namespaceObject.realpath)(path),
  async stat(path) {
    const found = await (0, promises_namespaceObject.stat)(path);
    const kind = found.isFile()
      ? "file"
      : found.isDirectory()
        ? "directory"
        : "other";
    return { kind, bytes: found.size, modifiedMs: found.mtimeMs };
  },
  read: (path) =>
    (0, external_node_fs_namespaceObject.createReadStream)(path, {
      highWaterMark: PIECE_BYTES,
    }),
  async *readInTurns(path) {
    const file = await (0, promises_namespaceObject.open)(path);
    try {
      let buffer = Buffer.allocUnsafe(UPLOAD_PIECE_BYTES);
      let other = Buffer.allocUnsafe(UPLOAD_PIECE_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
        [buffer, other] = [other, buffer];
      }
    } finally {
      await file.close();
    }
  },
};
const external_node_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(
  import.meta.url,
)("node:path");
// ./src/file/history/git.ts
class GitError extends Error {
  name = "GitError";
  kind;
  words;
  constructor(kind, words) {
    super(`git: ${kind}: ${words}`);
    this.kind = kind;
    this.words = words;
  }
}
const SILENCE_MS = 60_000;
const MOST_WORDS = 2_000;
const SETTINGS = [
  "advice.graftFileDeprecated=false",
  "core.attributesFile=/dev/null",
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.pager=cat",
  "core.sshCommand=false",
  "diff.external=",
  "log.diffMerges=separate",
  "log.follow=false",
  "log.mailmap=false",
  "log.showSignature=false",
  "protocol.allow=never",
];
function environment() {
  const { PATH, SystemRoot } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    LC_ALL: "C",
    GIT_ALLOW_PROTOCOL: "none",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_GRAFT_FILE: "/dev/null",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_PAGER: "cat",
    GIT_TERMINAL_PROMPT: "0",
  };
}
function fixedArguments(workTree) {
  return [
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    `--git-dir=${(0, external_node_path_namespaceObject.join)(workTree, ".git")}`,
    `--work-tree=${workTree}`,
    ...SETTINGS.flatMap((setting) => ["-c", setting]),
  ];
}
const realGit = gitBy(systemClock);
function gitBy(clock) {
  return {
    run: (workTree, args, signal, limitBytes) =>
      outputOf(
        clock,
        [...fixedArguments(workTree), ...args],
        signal,
        limitBytes,
      ),
  };
}
async function* outputOf(clock, args, signal, limitBytes) {
  signal.throwIfAborted();
  const { spawn } = await Promise.resolve().then(
    __nccwpck_require__.t.bind(__nccwpck_require__, 421, 23),
  );
  const child = spawn("git", args, {
    cwd: (0, external_node_path_namespaceObject.dirname)(process.execPath),
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  let words = "";
  const ended = new Promise((resolve) => {
    child.once("error", (error) => {
      resolve(new GitError("missing", error.message));
    });
    child.once("close", (code, killer) => {
      const how = words.trim() || `ended with ${String(code ?? killer)}`;
      resolve(code === 0 ? undefined : new GitError("failed", how));
    });
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    words = (words + text).slice(-MOST_WORDS);
  });
  let left = limitBytes;
  try {
    for await (const piece of inTime(clock, child.stdout, signal)) {
      left -= piece.length;
      if (left < 0) {
        throw new GitError("long", `more than ${String(limitBytes)} bytes`);
      }
      yield piece;
    }
    const trouble = await ended;
    if (trouble) throw trouble;
  } finally {
    child.kill("SIGKILL");
    child.stdout.destroy();
    child.stderr.destroy();
    await ended;
  }
}
async function* inTime(clock, stream, signal) {
  const pieces = stream.iterator({ destroyOnReturn: true });
  const silent = new GitError("slow", `silent for ${String(SILENCE_MS)} ms`);
  for (;;) {
    const limit = timeLimit(clock, SILENCE_MS, silent, signal);
    const stop = () => {
      stream.destroy(reasonOf(limit.signal));
    };
    limit.signal.addEventListener("abort", stop, { once: true });
    try {
      const { done, value } = await pieces.next();
      limit.signal.throwIfAborted();
      if (done) return;
      yield value;
    } finally {
      limit.signal.removeEventListener("abort", stop);
      limit.release();
    }
  }
}
// ./src/prolific/address.ts
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
function isLoopback(url) {
  return LOOPBACK.test(url.hostname);
}
function isProtected(url) {
  return (
    url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))
  );
}
// ./src/timing/duration.ts
const GRAMMAR = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
];
function parseDuration(text) {
  const match = text === "" ? null : GRAMMAR.exec(text);
  if (!match) return undefined;
  return UNITS.reduce(
    (sum, [, unitMs], i) => sum + Number(match[i + 1] ?? 0) * unitMs,
    0,
  );
}
function formatDuration(ms) {
  let left = Math.round(ms / 1000) * 1000;
  let text = "";
  for (const [name, unitMs] of UNITS) {
    const count = Math.floor(left / unitMs);
    left -= count * unitMs;
    if (count > 0) text += `${count}${name}`;
  }
  return text === "" ? "0s" : text;
}
// ./src/github/inputs.ts
const IF_READY = ["auto", "sync", "skip", "fail"];
const EXTRA_DATAPOINTS = ["stop", "allow"];
const NEW_BATCH = ["never", "new_rows", "all_rows"];
const INPUT_DEFAULTS = {
  batch_id: "",
  dataset_id: "",
  tasks_per_group: "",
  wait: "true",
  api_token: "",
  api_url: "",
  timeout: "30m",
  poll_interval: "15s",
  dataset_file: "",
  if_ready: "auto",
  extra_datapoints: "stop",
  new_batch: "never",
  allow_partial: "false",
  dry_run: "false",
};
const DEFAULT_API_URL = "https://api.prolific.com";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TOKEN_PREFIX = /^(authorization:\s*)?(token|bearer)\s+/i;
const SHORTEST_TOKEN = 8;
const DATASET_FILE = /\.(csv|jsonl|zip)$/i;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
function inputs_environment() {
  return process.env;
}
function runnerFiles(env) {
  return {
    output: (env.GITHUB_OUTPUT ?? "") !== "",
    summary: (env.GITHUB_STEP_SUMMARY ?? "") !== "",
    temporary: env.RUNNER_TEMP ?? "",
  };
}
function secretsIn(env) {
  const tokens = [given(env, "api_token"), env.PROLIFIC_TOKEN ?? ""]
    .map((text) => text.trim())
    .flatMap((text) => [text, withoutPrefix(text), ...linesOf(text)]);
  const credentials = [
    given(env, "api_url"),
    env.PROLIFIC_URL,
    env.https_proxy,
    env.HTTPS_PROXY,
    env.http_proxy,
    env.HTTP_PROXY,
  ].flatMap((text) => credentialsIn((text ?? "").trim()));
  return [...new Set([...tokens, ...credentials])].filter(
    (secret) => secret !== "",
  );
}
function linesOf(token) {
  if (!/[\r\n]/.test(token)) return [];
  return token
    .split(/[\r\n]/)
    .map((line) => line.trim())
    .flatMap((line) => [line, withoutPrefix(line)])
    .filter((line) => line.length >= SHORTEST_TOKEN && !isName(line));
}
function withoutPrefix(token) {
  return token.replace(TOKEN_PREFIX, "");
}
function isName(line) {
  const name = line.replace(/\s*[:=]$/, "").toLowerCase();
  return Object.hasOwn(INPUT_DEFAULTS, name) || name === "prolific_token";
}
function credentialsIn(text) {
  const asUrl = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const { username, password } = URL.canParse(asUrl)
    ? new URL(asUrl)
    : { username: "", password: "" };
  const [, user = "", word = ""] =
    /^[^/]*\/\/([^/:]*):([^/]*)@/.exec(asUrl) ?? [];
  return [
    [user, word],
    [username, password],
    [decode(username) ?? username, decode(password) ?? password],
  ].flatMap(([name, secret]) =>
    secret === "" ? [] : [secret, `${name}:${secret}`],
  );
}
function unusableProxy(env) {
  for (const name of ["https_proxy", "HTTPS_PROXY"]) {
    const text = env[name];
    if (text) return isProxy(text) ? undefined : name;
  }
  return undefined;
}
function isProxy(text) {
  const whole = /^https?:\/\//.test(text) || URL.canParse(text);
  const asUrl = whole ? text : `http://${text}`;
  if (!URL.canParse(asUrl)) return false;
  const { hostname, username, password } = new URL(asUrl);
  return hostname !== "" && decode(username + password) !== undefined;
}
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
function given(env, name) {
  return (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
}
function parseInputs(env) {
  const problems = [];
  const read = (name, parse) => {
    const text = given(env, name) || INPUT_DEFAULTS[name];
    const value = parse(text);
    if (!(value instanceof Problem)) return value;
    problems.push(`${name}: ${value.text}`);
    return undefined;
  };
  const withoutToken = inputs_boolean(given(env, "dry_run")) === true;
  const inputs = {
    batchId: read("batch_id", (text) =>
      text === ""
        ? new Problem("is required: the id of the batch to set up")
        : uuid(text),
    ),
    datasetId: read("dataset_id", (text) =>
      text === "" ? undefined : uuid(text),
    ),
    tasksPerGroup: read("tasks_per_group", (text) =>
      text === "" ? undefined : count(text),
    ),
    wait: read("wait", inputs_boolean),
    apiToken: read("api_token", (text) =>
      token(text || (env.PROLIFIC_TOKEN ?? "").trim(), withoutToken),
    ),
    apiUrl: read("api_url", (text) =>
      url(text || (env.PROLIFIC_URL ?? "").trim() || DEFAULT_API_URL),
    ),
    timeoutMs: read("timeout", (text) => duration(text, SECOND_MS, 5 * DAY_MS)),
    pollIntervalMs: read("poll_interval", (text) =>
      duration(text, SECOND_MS, 10 * MINUTE_MS),
    ),
    datasetFile: read("dataset_file", (text) =>
      text === "" ? undefined : datasetFile(text),
    ),
    ifReady: read("if_ready", (text) => oneOf(text, IF_READY)),
    extraDatapoints: read("extra_datapoints", (text) =>
      oneOf(text, EXTRA_DATAPOINTS),
    ),
    newBatch: read("new_batch", (text) =>
      newBatch(text, given(env, "dataset_file") !== ""),
    ),
    allowPartial: read("allow_partial", inputs_boolean),
    dryRun: read("dry_run", inputs_boolean),
    workspace: workspaceOf(env),
  };
  if (problems.length > 0) throw new InputError(problems);
  return Object.freeze(inputs);
}
function workspaceOf({ GITHUB_WORKSPACE: path = "" }) {
  return path === "" ? "." : path;
}
class Problem {
  text;
  constructor(text) {
    this.text = text;
  }
}
function shown(text) {
  return `"${text}"`;
}
function uuid(text) {
  if (UUID.test(text)) return text.toLowerCase();
  return new Problem(
    `${shown(text)} is not a UUID (such as 6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90)`,
  );
}
function count(text) {
  const value = Number(text);
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(value)) return value;
  return new Problem(
    `${shown(text)} is not a whole number of 1 or more, in plain digits`,
  );
}
function inputs_boolean(text) {
  if (["true", "True", "TRUE"].includes(text)) return true;
  if (["false", "False", "FALSE"].includes(text)) return false;
  return new Problem(`${shown(text)} is not true or false`);
}
function oneOf(text, words) {
  const word = words.find((known) => known === text);
  return (
    word ?? new Problem(`${shown(text)} is not one of ${words.join(", ")}`)
  );
}
function newBatch(text, hasFile) {
  const word = oneOf(text, NEW_BATCH);
  return word instanceof Problem || word === "never" || hasFile
    ? word
    : new Problem(
        `${shown(text)} needs dataset_file: a new batch is made for each content of that file`,
      );
}
function datasetFile(text) {
  if (DATASET_FILE.test(text) && !text.includes("\0")) return text;
  return new Problem(
    `${shown(text)} must be the path of a .csv, .jsonl or .zip file`,
  );
}
function token(text, optional) {
  if (text === "") {
    if (optional) return undefined;
    return new Problem(
      "is required: pass ${{ secrets.PROLIFIC_TOKEN }}, or set the environment variable PROLIFIC_TOKEN " +
        "(workflows from forks and Dependabot get no secrets)",
    );
  }
  if (TOKEN_PREFIX.test(text)) {
    return new Problem(
      'enter only the token, without "Token" or "Bearer" in front of it',
    );
  }
  if (/[\r\n]/.test(text))
    return new Problem("has more than one line; enter only the token");
  if (!/^[\x21-\x7e]+$/.test(text)) {
    return new Problem(
      "has spaces or characters that no token has; copy it again",
    );
  }
  return text;
}
function url(text) {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed)
    return new Problem(
      `${shown(text)} is not a URL (such as ${DEFAULT_API_URL})`,
    );
  if (parsed.username !== "" || parsed.password !== "") {
    return new Problem("must not contain a user name or a password");
  }
  if (!isProtected(parsed)) {
    return new Problem(
      `${shown(text)} must start with https:// (http:// only for a loopback host, such as a sandbox)`,
    );
  }
  if (/[?#]/.test(text)) {
    return new Problem(`${shown(text)} must end before any "?" or "#"`);
  }
  return parsed.href.replace(/\/+$/, "");
}
function duration(text, leastMs, mostMs) {
  const range = `${formatDuration(leastMs)} to ${formatDuration(mostMs)}`;
  if (/^\d+$/.test(text)) {
    return new Problem(
      `${shown(text)} has no unit: write ${text}s, ${text}m or ${text}h (${range})`,
    );
  }
  const ms = parseDuration(text);
  if (ms === undefined) {
    return new Problem(
      `${shown(text)} is not a duration such as 90s, 30m or 1h30m (${range})`,
    );
  }
  if (ms < leastMs || ms > mostMs)
    return new Problem(`${shown(text)} is not within ${range}`);
  return ms;
}
// ./src/file/content-name.ts
const HASH = /-([0-9a-f]{12})\.([^.]+)$/i;
function contentHash(sha256) {
  return sha256.slice(0, 12).toLowerCase();
}
function remoteName({ stem, format }, sha256) {
  return `${stem}-${contentHash(sha256)}.${format}`;
}
function isSameFile(one, other) {
  const [, hash, extension] = HASH.exec(one?.toLowerCase() ?? "") ?? [];
  const [, otherHash, otherExtension] = HASH.exec(other.toLowerCase()) ?? [];
  return (
    hash !== undefined && hash === otherHash && extension === otherExtension
  );
}
function hashOf(name) {
  return HASH.exec(name)?.[1]?.toLowerCase();
}
function stemOf(name) {
  return HASH.test(name) ? name.replace(HASH, "") : undefined;
}
// ./src/view.ts
function nothingKnown(file) {
  return {
    found: undefined,
    batch: undefined,
    datasetId: undefined,
    dataset: undefined,
    datapointsBefore: undefined,
    datapoints: undefined,
    file,
    checked: undefined,
    fits: false,
    abandoned: [],
    uploaded: undefined,
    probed: undefined,
    brought: undefined,
    setup: undefined,
    confirmed: false,
    sync: undefined,
    waiting: undefined,
    countedAt: undefined,
    tasksCounted: false,
    allowed: [],
    left: false,
    verified: false,
    previewed: false,
    original: undefined,
    copies: undefined,
    newRows: undefined,
    made: undefined,
    used: undefined,
    created: undefined,
  };
}
function learn(known, learned) {
  const next = { ...known, ...learned };
  const listed =
    learned.batch || learned.datasetId
      ? next.batch?.value.datasets.find(({ id }) => id === next.datasetId)
      : undefined;
  return {
    ...next,
    waiting: learned.waiting,
    countedAt: learned.brought ? undefined : next.countedAt,
    found: next.found ?? next.batch?.value,
    datapoints:
      learned.datapoints ??
      learned.dataset?.value.totalDatapointCount ??
      listed?.totalDatapointCount ??
      next.datapoints,
    datapointsBefore:
      next.datapointsBefore ?? learned.dataset?.value.totalDatapointCount,
  };
}
function lookAt({ countedAt, ...known }, now) {
  return {
    ...known,
    batch: known.batch && aged(known.batch, now),
    dataset: known.dataset && aged(known.dataset, now),
    original: known.original && aged(known.original, now),
    copies: known.copies && aged(known.copies, now),
    countedAgeMs: countedAt === undefined ? undefined : now - countedAt,
  };
}
function aged({ value, at }, now) {
  return { value, ageMs: now - at };
}
function standing(view) {
  const { batch, brought, created, made, probed, setup, sync, uploaded } = view;
  if (view.verified) return "ready";
  if (sync) return sync.ended ? "ready" : "sync_running";
  if (setup) return batch?.value.status === "READY" ? "ready" : "setup_running";
  const appended = (brought ?? probed)?.accepted ?? 0;
  const arrived = uploaded !== undefined || appended > 0;
  if (arrived) return "data_arrived";
  return made || created !== undefined ? "copy_made" : "nothing_sent";
}
function isRunning({ status }) {
  switch (status) {
    case "uninitialised":
    case "queued":
    case "processing":
      return true;
    case "complete":
    case "partial":
    case "failed":
    case "pending_schema":
      return false;
  }
}
function hasRecords({ acceptedCount, status }) {
  const ended = status === "complete" || status === "partial";
  return ended && acceptedCount !== 0;
}
// ./src/accounted.ts
function distinctOf({ checked }) {
  return checked.distinct ?? checked.records;
}
function ownDatapoints({ datasets }, datasetId, read) {
  const listed = datasets.find(({ id }) => id === datasetId);
  const counts = [read, listed?.totalDatapointCount].filter(
    (count) => count !== undefined,
  );
  return counts.length === 0 ? undefined : Math.max(...counts);
}
function knownDatapoints(batch, datasetId, read) {
  return batch.datasets.reduce(
    (sum, { id, totalDatapointCount: n = 0 }) =>
      id === datasetId ? sum : sum + n,
    ownDatapoints(batch, datasetId, read) ?? 0,
  );
}
function attachedDatapoints(batch, datasetId, read) {
  const others = batch.datasets.filter(({ id }) => id !== datasetId);
  const all =
    ownDatapoints(batch, datasetId, read) !== undefined &&
    others.every(
      ({ totalDatapointCount }) => totalDatapointCount !== undefined,
    );
  return all ? knownDatapoints(batch, datasetId, read) : undefined;
}
function importedTwice(dataset) {
  if (dataset.version === 3) return undefined;
  const ended = dataset.imports.filter(hasNewRecords);
  for (const { filename } of ended) {
    if (filename === undefined) continue;
    const imports = ended.filter((job) => isSameFile(job.filename, filename));
    if (imports.length > 1) {
      return { what: "imported_twice", dataset: dataset.id, imports };
    }
  }
  return undefined;
}
function hasNewRecords(job) {
  const { acceptedCount, duplicateCount = 0 } = job;
  return (
    hasRecords(job) &&
    (acceptedCount === undefined || acceptedCount > duplicateCount)
  );
}
function noneRecognised({ id: dataset }, probed) {
  if (!probed) return undefined;
  const { accepted, before, grown } = probed;
  return grown >= accepted
    ? {
        what: "none_recognised",
        ...{ dataset, probe: accepted, datapoints: before },
      }
    : undefined;
}
function moreThanFile({ id: dataset }, datapoints, { checked: { records } }) {
  return records !== undefined && datapoints > records
    ? { what: "more_than_file", dataset, datapoints, records }
    : undefined;
}
function unknownWithoutTask(datapoints, tasks, { rejected, leftOver }, file) {
  const without = datapoints - tasks;
  const distinct = distinctOf(file);
  const concern = (because, known) => ({
    what: "unknown_without_task",
    ...{ because, without, distinct: known, datapoints, tasks },
  });
  if (distinct !== undefined) {
    if (without > distinct) return concern("more", distinct);
    if (without > 0 && without >= distinct - rejected) {
      return concern("all", distinct);
    }
  }
  return leftOver && without > 0
    ? concern("left_over", distinct ?? 0)
    : undefined;
}
function grownOtherwise(
  { id: dataset },
  datapoints,
  brought,
  { checked: { records, distinct } },
) {
  const { accepted, datapointsBefore, duplicates = 0, how, puts } = brought;
  const intoEmpty = how === "import" && datapointsBefore === 0;
  if (!intoEmpty || brought.endedBefore) return undefined;
  const grown = datapoints - datapointsBefore;
  const repeated = (records ?? 0) - (distinct ?? records ?? 0);
  const least = accepted - Math.max(duplicates, repeated);
  return grown > accepted || grown < least
    ? { what: "grown_otherwise", dataset, grown, least, most: accepted, puts }
    : undefined;
}
function anotherFile(dataset, brought, { remoteName }) {
  if (dataset.version === 4) return undefined;
  const { filename, id, totalDatapointCount: datapoints } = dataset;
  const known = filename !== undefined;
  if (known ? isSameFile(filename, remoteName) : brought.how === "processed") {
    return undefined;
  }
  return { what: "another_file", dataset: id, filename, datapoints };
}
function tasksOtherwise(made, file) {
  const {
    allOfFile,
    datapoints,
    others,
    rejected,
    setups,
    synced,
    syncAllowed,
    tasks,
  } = made;
  const records = file?.checked.records;
  const distinct = file && distinctOf(file);
  const most =
    allOfFile && records !== undefined && others !== undefined
      ? records + others
      : undefined;
  return [
    datapoints !== undefined && tasks > datapoints
      ? {
          what: "more_tasks",
          tasks,
          most: datapoints,
          than: "datapoints",
          setups,
        }
      : undefined,
    most !== undefined && tasks > most
      ? { what: "more_tasks", tasks, most, than: "records", setups }
      : undefined,
    synced && !syncAllowed && distinct && synced >= distinct - rejected
      ? { what: "more_synced", created: synced, distinct }
      : undefined,
    file &&
    synced !== undefined &&
    datapoints !== undefined &&
    tasks < datapoints
      ? { what: "fewer_tasks", tasks, datapoints }
      : undefined,
  ];
}
// ./src/decision.ts
const FRESH_MS = 5_000;
const FRESH_FOR_UPLOAD_MS = 1_000;
const PROBE_RECORDS = 10;
function stop(reason) {
  return { do: "stop", reason };
}
// ./src/copies.ts
const LONGEST_NAME = 100;
const ID_DIGITS = 8;
const ENDING = /\[.*-([0-9a-f]{12})\/([0-9a-f]{8})\]\s*$/is;
function copyName(original, stem, hash) {
  const name = Array.from(original.name).slice(0, LONGEST_NAME).join("").trim();
  const ending = `[${stem}-${hash}/${original.id.slice(0, ID_DIGITS)}]`;
  return name === "" ? ending : `${name} ${ending}`;
}
function copiedContent(name, originalId) {
  const [, hash, id] = ENDING.exec(name) ?? [];
  const isCopy = id?.toLowerCase() === originalId.slice(0, ID_DIGITS);
  return isCopy ? hash?.toLowerCase() : undefined;
}
function hasTasks({ status, totalTaskCount }) {
  switch (status) {
    case "PROCESSING":
    case "READY":
      return true;
    case "UNINITIALISED":
      return totalTaskCount > 0;
    case "ERROR":
      return false;
  }
}
const RANKS = {
  READY: 0,
  PROCESSING: 1,
  UNINITIALISED: 2,
  ERROR: 4,
};
function rankOf({ datasets, status }) {
  const withoutDataset = status === "UNINITIALISED" && datasets.length === 0;
  return RANKS[status] + (withoutDataset ? 1 : 0);
}
function createdAt({ createdAt: text }) {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? Infinity : time;
}
function copiesOf(batches, original, hash) {
  return batches
    .filter(({ name }) => copiedContent(name, original.id) === hash)
    .sort((one, other) => {
      const rank = rankOf(one) - rankOf(other);
      if (rank !== 0) return rank;
      const [before, after] = [createdAt(one), createdAt(other)];
      if (before !== after) return before < after ? -1 : 1;
      return one.id < other.id ? -1 : 1;
    });
}
// ./src/which-batch.ts
function whichBatch(view, inputs) {
  const { file, original: reading, used } = view;
  if (inputs.newBatch === "never" || used || !file) return undefined;
  if (!reading) return { do: "read_original" };
  const original = reading.value;
  const useOriginal = { do: "use_original", original: reading };
  const all = inputs.newBatch === "all_rows";
  if (!all && original.status === "ERROR") return useOriginal;
  const dataset = datasetToLookAt(view, original, inputs);
  if (dataset.next) return dataset.next;
  if (!all && dataset.value?.version === 4 && hasTasks(original)) {
    return useOriginal;
  }
  const unfit = unfitFor(dataset.value, file);
  if (unfit) return unfit;
  const { checked } = view;
  if (!checked) return { do: "check_file", file, dataset: dataset.value };
  const takesFile = !all && dataset.value && canTake(dataset.value, checked);
  if (takesFile && hasTasks(original)) return useOriginal;
  const listed = listOf(view, original);
  if (!("copies" in listed)) return listed;
  if (takesFile && !listed.copies.some(hasTasks)) return useOriginal;
  return copyFor(view, inputs, original, dataset.value, listed.copies, checked);
}
function datasetToLookAt({ dataset }, original, { datasetId, newBatch }) {
  if (datasetId === undefined && original.datasets.length === 0) {
    return { value: undefined };
  }
  const isTemplate = newBatch === "all_rows" && datasetId !== undefined;
  const meant = isTemplate ? datasetId : datasetOf(original, datasetId);
  if (typeof meant !== "string") return { next: meant };
  return dataset
    ? { value: dataset.value }
    : { next: { do: "read_dataset", datasetId: meant, again: false } };
}
function datasetOf(batch, given) {
  const attached = batch.datasets.map(({ id }) => id);
  if (given !== undefined) {
    return attached.length === 0 || attached.includes(given)
      ? given
      : stop({ why: "another_dataset", batch });
  }
  const [only, ...others] = attached;
  return only !== undefined && others.length === 0
    ? only
    : stop({ why: "dataset_needed", batch });
}
function unfitFor(dataset, file) {
  const formats = dataset?.version === 4 ? ["csv", "jsonl"] : ["csv", "zip"];
  if (!formats.includes(file.format)) {
    return dataset
      ? stop({ why: "other_format", dataset })
      : stop({ why: "no_v3_for", file });
  }
  const withoutSchema = dataset?.version === 4 && !dataset.schema;
  return withoutSchema ? stop({ why: "no_schema", dataset }) : undefined;
}
function canTake(dataset, { remoteName }) {
  return dataset.version === 4 || takesFile(dataset, remoteName);
}
function takesFile({ filename, status, totalDatapointCount }, remoteName) {
  const isOther = filename !== undefined && !isSameFile(filename, remoteName);
  switch (status) {
    case "UNINITIALISED":
    case "ERROR":
      return true;
    case "PROCESSING":
      return !isOther;
    case "READY":
      return !isOther || totalDatapointCount === 0;
  }
}
function listOf({ copies, made }, original) {
  if (original.workspaceId === undefined) {
    return stop({ why: "no_workspace", original });
  }
  if (!copies) return { do: "list_copies", original };
  const isListed = copies.value.some(({ id }) => id === made?.id);
  return {
    copies: made && !isListed ? [...copies.value, made] : copies.value,
  };
}
function copyFor(view, inputs, original, dataset, copies, content) {
  const { made, newRows } = view;
  const { file } = content;
  const hash = contentHash(content.checked.sha256);
  const [copy, ...others] = copiesOf(copies, original, hash);
  if (copy?.status === "ERROR") return stop({ why: "copy_in_error", copy });
  const all = inputs.newBatch === "all_rows";
  const schema = dataset?.version === 4 ? dataset.schema?.json : undefined;
  const use = (rows) =>
    copy && {
      ...{ do: "use_copy", original, copy, others, content, file: rows },
      ...{ schema, made: copy.id === made?.id },
    };
  const used = all ? use(file) : copy && hasTasks(copy) && use(undefined);
  if (used) return used;
  if (!all) {
    const paid = [...(hasTasks(original) ? [original] : []), ...copies].filter(
      (batch) => hasTasks(batch) && batch.id !== copy?.id,
    );
    const earlier = contentsOf(paid, original, dataset);
    if (!earlier) return stop({ why: "unknown_content", original, dataset });
    if (newRows?.earlier.join() !== earlier.join()) {
      return { do: "find_new_rows", file, earlier };
    }
    if (newRows.records === 0) return { do: "end", outcome: "already_set_up" };
    const rest = use(newRows.file);
    if (rest) return rest;
  }
  if ((view.copies?.ageMs ?? Infinity) > FRESH_MS) {
    return { do: "list_copies", original };
  }
  const name = copyName(original, file.stem, hash);
  const records = all ? content.checked.records : newRows?.records;
  return {
    ...{ do: "duplicate", original, name, hash, file: content, records },
    version: schema === undefined ? 3 : 4,
    paid: all ? [original, ...copies].filter(hasTasks) : [],
  };
}
function contentsOf(batches, original, dataset) {
  const hashes = new Set();
  for (const { datasets, id, name } of batches) {
    if (id !== original.id) {
      hashes.add(copiedContent(name, original.id) ?? "");
      continue;
    }
    const [only, ...others] = datasets;
    const isRead = only?.id === dataset?.id && others.length === 0;
    const filename = dataset?.version === 3 ? dataset.filename : undefined;
    const hash = hashOf(filename ?? "");
    if (!isRead || hash === undefined) return undefined;
    hashes.add(hash);
  }
  return [...hashes].sort();
}
function datasetOfCopy({ created, used }, { ageMs, value: copy }) {
  if (used?.which !== "copy") return undefined;
  const { content, original, schema } = used;
  const taken = new Set(original.datasets.map(({ id }) => id));
  if (copy.datasets.some(({ id }) => taken.has(id))) {
    return stop({ why: "shared_dataset", original, copy });
  }
  if (copy.datasets.length > 0 || copy.status !== "UNINITIALISED") {
    return undefined;
  }
  if (ageMs > FRESH_MS) return { do: "read_batch" };
  return created === undefined
    ? { do: "create_dataset", copy, file: content, schema }
    : { do: "attach_dataset", copy, datasetId: created };
}
// ./src/decide.ts
function decide(view, inputs) {
  const next = nextOf(view, inputs);
  if (!inputs.dryRun || next.do === "stop") return next;
  if (next.do === "end") return { do: "end", outcome: "dry_run" };
  if (next.do === "count_again") return { ...next, patient: false };
  return onlyReads(next)
    ? next
    : { do: "end", outcome: "dry_run", instead: next };
}
function onlyReads(step) {
  switch (step.do) {
    case "read_batch":
    case "use_dataset":
    case "read_dataset":
    case "check_file":
    case "check_record_lengths":
    case "accept_file":
    case "count_again":
    case "allow":
    case "join":
    case "leave_as_it_is":
    case "verify":
    case "find_preview":
    case "read_original":
    case "list_copies":
    case "find_new_rows":
    case "use_original":
    case "use_copy":
      return true;
    case "follow_import":
      return step.found !== undefined && !isRunning(step.found);
    case "wait_for_dataset":
    case "look_for_bytes":
    case "upload":
    case "probe":
    case "append":
    case "set_up":
    case "confirm_setup":
    case "wait_for_batch":
    case "sync":
    case "follow_sync":
    case "duplicate":
    case "create_dataset":
    case "attach_dataset":
      return false;
  }
}
function nextOf(view, inputs) {
  if (inputs.apiToken === undefined) return offline(view);
  const which = whichBatch(view, inputs);
  if (which) return which;
  const { batch: reading, found } = view;
  if (!reading || !found) return { do: "read_batch" };
  const batch = reading.value;
  const meant = view.datasetId ?? inputs.datasetId;
  if (batch.status === "ERROR" && meant === undefined) {
    return stop({ why: "batch_in_error" });
  }
  const unattached = datasetOfCopy(view, reading);
  if (unattached) return unattached;
  const datasetId = datasetOf(batch, meant);
  if (typeof datasetId !== "string") return datasetId;
  if (view.datasetId === undefined)
    return { do: "use_dataset", datasetId, batch };
  if (batch.status === "ERROR") return stop({ why: "batch_in_error" });
  const tooLate =
    found.status === "READY" || (found.status === "PROCESSING" && view.file);
  if (tooLate && inputs.ifReady === "fail") {
    return stop({ why: "already_set_up", batch: found });
  }
  return (
    fileIn(view, inputs, batch, datasetId) ??
    setUp(view, reading, datasetId, inputs) ??
    whileAtWork(batch) ??
    tasksFor(view, inputs, batch, datasetId) ??
    finish(view, batch, datasetId, inputs)
  );
}
function offline({ file, checked }) {
  return file && !checked
    ? { do: "check_file", file, dataset: undefined }
    : { do: "end", outcome: "dry_run" };
}
function fileIn(view, inputs, batch, datasetId) {
  const { found, file, brought, checked, dataset: reading, uploaded } = view;
  if (
    !file ||
    (found?.status !== "UNINITIALISED" && inputs.ifReady === "skip")
  ) {
    return undefined;
  }
  if (brought) return undefined;
  if (!reading) {
    return { do: "read_dataset", datasetId, again: uploaded !== undefined };
  }
  const dataset = reading.value;
  const unfit = unfitFor(dataset, file);
  if (unfit) return unfit;
  if (!checked) return { do: "check_file", file, dataset };
  const next =
    dataset.version === 3
      ? intoV3(view, inputs, batch, dataset, checked)
      : intoV4(view, inputs, batch, dataset, checked);
  if (next.do === "stop" || next.do === "allow") return next;
  if (found?.status === "PROCESSING" && batch.status !== "READY") {
    return view.setup
      ? { do: "wait_for_batch", batch }
      : { do: "join", found: true };
  }
  const freshMs = next.do === "upload" ? FRESH_FOR_UPLOAD_MS : FRESH_MS;
  return reading.ageMs > freshMs && !uploaded
    ? { do: "read_dataset", datasetId, again: true }
    : next;
}
function intoV3(view, inputs, batch, dataset, file) {
  const { status, filename, totalDatapointCount: datapoints } = dataset;
  if (view.uploaded) return afterUploadV3(dataset, file);
  const awaited = { kind: "processing" };
  const ours = isSameFile(filename, file.remoteName);
  if (!takesFile(dataset, file.remoteName)) {
    return stop({ why: "cannot_grow", batch, dataset });
  }
  switch (status) {
    case "UNINITIALISED":
      return ours && !view.abandoned.includes(dataset.id)
        ? { do: "look_for_bytes", dataset, jobs: [], file }
        : { do: "upload", dataset, file };
    case "ERROR":
      return stop({ why: "unusable", dataset, state: { kind: "v3_in_error" } });
    case "PROCESSING":
      return { do: "wait_for_dataset", dataset, awaited };
    case "READY":
      if (ours) return { do: "accept_file", how: "was_there", dataset, file };
      if (datapoints === 0) return { do: "upload", dataset, file };
      return (
        judged(view, inputs, [
          { what: "another_file", dataset: dataset.id, filename, datapoints },
        ]) ?? { do: "accept_file", how: "was_there", dataset, file }
      );
  }
}
function afterUploadV3(dataset, file) {
  if (dataset.status === "ERROR" || dataset.status === "READY") {
    const state = readiness(dataset, false, false);
    if (state.kind === "unusable") {
      return stop({ why: "unusable", dataset, state: state.state });
    }
    return { do: "accept_file", how: "processed", dataset, file };
  }
  return { do: "wait_for_dataset", dataset, awaited: { kind: "upload" } };
}
function intoV4(view, inputs, batch, dataset, file) {
  const { abandoned, fits, probed, uploaded } = view;
  if (uploaded?.importId !== undefined) {
    const { importId } = uploaded;
    return { do: "follow_import", dataset, importId, found: undefined, file };
  }
  const { imports, totalDatapointCount: datapoints } = dataset;
  const ofFile = imports.filter(({ filename }) =>
    isSameFile(filename, file.remoteName),
  );
  const standing = ofFile.find(
    ({ status }) => status !== "failed" && status !== "uninitialised",
  );
  if (standing) {
    const { id: importId } = standing;
    return { do: "follow_import", dataset, importId, found: standing, file };
  }
  const [running] = runningImports(dataset);
  if (running) {
    const awaited = { kind: "imports", jobs: [running] };
    return { do: "wait_for_dataset", dataset, awaited };
  }
  const jobs = ofFile.filter(
    ({ id, status }) => status === "uninitialised" && !abandoned.includes(id),
  );
  if (jobs.length > 0) return { do: "look_for_bytes", dataset, jobs, file };
  if (
    datapoints === 0 &&
    !imports.some(hasRecords) &&
    tasksOf(batch, dataset) === 0
  ) {
    return { do: "upload", dataset, file };
  }
  const concern = judged(view, inputs, [
    importedTwice(dataset),
    noneRecognised(dataset, probed),
    batch.status === "UNINITIALISED"
      ? moreThanFile(dataset, datapoints, file)
      : batch.status === "READY"
        ? unknownWithoutTask(
            knownDatapoints(batch, dataset.id, datapoints),
            tasksBefore(view, batch),
            { rejected: 0, leftOver: false },
            file,
          )
        : undefined,
  ]);
  if (concern) return concern;
  if (!fits) return { do: "check_record_lengths", file };
  const most = PROBE_RECORDS;
  const many = (distinctOf(file) ?? Infinity) > most;
  if (many && inputs.extraDatapoints === "stop" && !probed) {
    return { do: "probe", batch, dataset, file, most };
  }
  const before = probed?.before ?? datapoints;
  return { do: "append", batch, dataset, file, before };
}
function tasksOf(batch, { id }) {
  const [only, ...others] = batch.datasets;
  return only?.id === id && others.length === 0 ? batch.totalTaskCount : 0;
}
function judged({ allowed }, { extraDatapoints }, concerns) {
  const concern = concerns.find(
    (one) => one !== undefined && !allowed.includes(one.what),
  );
  if (!concern) return undefined;
  return extraDatapoints === "allow"
    ? { do: "allow", concern }
    : stop({ why: "unaccounted", concern });
}
function countAgain(view, datasetId, brought) {
  const { countedAgeMs = Infinity, dataset } = view;
  return dataset === undefined || countedAgeMs > FRESH_MS
    ? {
        do: "count_again",
        datasetId,
        until: believed(brought, view),
        patient: true,
      }
    : undefined;
}
function believed(brought, { countedAgeMs }) {
  const { accepted, besideImport, duplicates = 0, how } = brought;
  const waited = countedAgeMs !== undefined;
  if (waited || brought.endedBefore || accepted === 0) return { kind: "now" };
  switch (how) {
    case "import":
      return { kind: "arrived", datapoints: accepted - duplicates };
    case "append":
      return { kind: besideImport ? "settled" : "now" };
    case "was_there":
    case "processed":
      return { kind: "now" };
  }
}
function setUp(view, batch, datasetId, inputs) {
  const { allowPartial, wait } = inputs;
  const { brought, checked, confirmed, dataset: reading, found, setup } = view;
  if (found?.status === "READY") return undefined;
  if (!setup && found?.status === "PROCESSING") {
    return { do: "join", found: true };
  }
  if (!setup) {
    if (!reading) {
      return (
        (brought && countAgain(view, datasetId, brought)) ?? {
          do: "read_dataset",
          datasetId,
          again: false,
        }
      );
    }
    const dataset = reading.value;
    const state = readiness(dataset, allowPartial, brought?.how === "append");
    switch (state.kind) {
      case "unusable":
        return stop({ why: "unusable", dataset, state: state.state });
      case "awaited":
        return { do: "wait_for_dataset", dataset, awaited: state.awaited };
      case "ready":
    }
    if (brought && checked && batch.value.status === "UNINITIALISED") {
      const datapoints =
        ownDatapoints(batch.value, datasetId, view.datapoints) ?? 0;
      const unsure =
        countAgain(view, datasetId, brought) ??
        judged(view, inputs, [
          importedTwice(dataset),
          grownOtherwise(dataset, datapoints, brought, checked),
          anotherFile(dataset, brought, checked),
          moreThanFile(dataset, datapoints, checked),
        ]);
      if (unsure) return unsure;
    }
    if (batch.ageMs > FRESH_MS) return { do: "read_batch" };
    return batch.value.status === "UNINITIALISED"
      ? { do: "set_up", batch, dataset }
      : { do: "join", found: false };
  }
  if (setup.by === "us" && !wait) {
    if (!confirmed) return { do: "confirm_setup", batch: batch.value };
    if (batch.value.status === "READY") return undefined;
    return batch.value.status === "UNINITIALISED" && !setup.certain
      ? stop({ why: "setup_unconfirmed" })
      : { do: "end", outcome: "accepted" };
  }
  if (setup.by === "somebody_else" && !wait && !brought) {
    return { do: "end", outcome: "joined" };
  }
  return batch.value.status === "READY"
    ? undefined
    : { do: "wait_for_batch", batch: batch.value };
}
function readiness(dataset, allowPartial, appended) {
  const { version, totalDatapointCount: datapoints } = dataset;
  const empty = {
    kind: "unusable",
    state: { kind: "empty", version },
  };
  const filled = datapoints > 0 ? { kind: "ready" } : empty;
  if (version === 3) {
    switch (dataset.status) {
      case "READY":
        return filled;
      case "PROCESSING":
        return { kind: "awaited", awaited: { kind: "processing" } };
      case "UNINITIALISED":
        return empty;
      case "ERROR":
        return { kind: "unusable", state: { kind: "v3_in_error" } };
    }
  }
  const jobs = runningImports(dataset);
  if (jobs.length > 0)
    return { kind: "awaited", awaited: { kind: "imports", jobs } };
  const enough = dataset.imports.some(
    ({ status, acceptedCount = 0 }) =>
      status === "complete" ||
      (allowPartial && status === "partial" && acceptedCount > 0),
  );
  if (enough || appended) return filled;
  const newest = dataset.imports.find(
    ({ status }) => status !== "uninitialised",
  );
  return newest
    ? { kind: "unusable", state: { kind: "no_complete_import", newest } }
    : filled;
}
function runningImports({ imports }) {
  return imports.filter(
    ({ status }) => status === "queued" || status === "processing",
  );
}
function whileAtWork(batch) {
  return batch.status === "READY" ? undefined : { do: "wait_for_batch", batch };
}
function tasksFor(view, inputs, batch, datasetId) {
  const { ifReady, wait } = inputs;
  const { brought, checked, dataset: reading, found, left, setup, sync } = view;
  if (setup?.by === "us" || left) return undefined;
  if (sync) {
    if (sync.ended) return undefined;
    return wait
      ? { do: "follow_sync", sync }
      : { do: "end", outcome: "accepted" };
  }
  const leave = (why) => ({
    do: "leave_as_it_is",
    why,
    datasetId,
  });
  const auto = found?.status === "UNINITIALISED" || ifReady === "auto";
  if (auto) {
    if (!brought) return setup ? undefined : leave("not_asked");
  } else if (setup && !view.file) return undefined;
  else if (ifReady !== "sync") return setup ? undefined : leave("not_asked");
  if (!brought || !checked) {
    if (!reading) return { do: "read_dataset", datasetId, again: false };
    const dataset = reading.value;
    return dataset.version === 3 ? leave("v3") : { do: "sync", batch, dataset };
  }
  const again = countAgain(view, datasetId, brought);
  if (again ?? !reading) return again;
  const dataset = reading.value;
  const jobs = dataset.version === 4 ? runningImports(dataset) : [];
  if (jobs.length > 0) {
    const awaited = { kind: "imports", jobs };
    return { do: "wait_for_dataset", dataset, awaited };
  }
  const datapoints = knownDatapoints(batch, datasetId, view.datapoints);
  if (dataset.version === 3) {
    return (
      judged(view, inputs, [anotherFile(dataset, brought, checked)]) ??
      leave(auto ? "no_growth" : "v3")
    );
  }
  const added = !brought.endedBefore && brought.accepted > 0;
  const nothingToDo = auto && !added && datapoints <= batch.totalTaskCount;
  return (
    judged(view, inputs, [
      importedTwice(dataset),
      grownOtherwise(
        dataset,
        ownDatapoints(batch, datasetId, view.datapoints) ?? 0,
        brought,
        checked,
      ),
      unknownWithoutTask(
        datapoints,
        tasksBefore(view, batch),
        {
          rejected: brought.rejected,
          leftOver: brought.how === "import" && brought.endedBefore,
        },
        checked,
      ),
    ]) ?? (nothingToDo ? leave("no_growth") : { do: "sync", batch, dataset })
  );
}
function tasksBefore({ found }, batch) {
  return batch.autoSyncEnabled && found?.status === "READY"
    ? found.totalTaskCount
    : batch.totalTaskCount;
}
function finish(view, batch, datasetId, inputs) {
  const { brought, setup, sync, left, found } = view;
  const { totalTaskCount: tasks, totalTaskGroups: groups } = batch;
  const setups = setup?.setups ?? 0;
  const datapoints = attachedDatapoints(batch, datasetId, view.datapoints);
  if (tasks === 0 || groups === 0)
    return stop({ why: "ready_but_empty", batch });
  const judge =
    setup?.by === "us" ||
    sync !== undefined ||
    brought !== undefined ||
    view.used?.which === "copy";
  if (judge) {
    const few = sync && brought && tasks < (datapoints ?? 0);
    const mayLag = tasks > (datapoints ?? tasks) || few;
    if (mayLag && !view.tasksCounted) {
      return {
        do: "count_again",
        datasetId,
        until: { kind: "each_has_a_task" },
        patient: true,
      };
    }
    const unsure = judged(
      view,
      inputs,
      tasksOtherwise(made(view, batch, datasetId, datapoints), view.checked),
    );
    if (unsure) return unsure;
  }
  if (!view.verified) {
    const before = left || sync !== undefined;
    return { do: "verify", batch, datapoints, how: { setups, before, sync } };
  }
  if (setup?.by === "us" && !inputs.wait)
    return { do: "end", outcome: "accepted" };
  if (!view.previewed && !inputs.dryRun) return { do: "find_preview" };
  if (sync) return { do: "end", outcome: "synced" };
  if (setup?.by === "us") return { do: "end", outcome: "set_up" };
  return {
    do: "end",
    outcome: found?.status === "READY" ? "already_set_up" : "joined",
  };
}
function made(view, batch, datasetId, datapoints) {
  const { brought, setup, sync } = view;
  const own = ownDatapoints(batch, datasetId, view.datapoints);
  return {
    tasks: batch.totalTaskCount,
    setups: setup?.setups ?? 0,
    datapoints,
    others:
      own === undefined || datapoints === undefined
        ? undefined
        : datapoints - own,
    synced: sync && (sync.job.tasksCreated ?? 0),
    rejected: brought?.rejected ?? 0,
    allOfFile:
      (setup?.by === "us" || brought?.version === 3) &&
      !view.allowed.includes("more_than_file"),
    syncAllowed: view.allowed.includes("unknown_without_task"),
  };
}
// ./src/file/trouble.ts
const WORDS = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EBUSY: "another process holds it",
  EIO: "the disk reports an error",
  EISDIR: "it is a directory",
  ELOOP: "its symbolic links go round in a circle",
  EMFILE: "too many files are open on the runner",
  ENFILE: "too many files are open on the runner",
  ENAMETOOLONG: "the path is too long",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of the path is a file, not a directory",
};
function systemErrorWords(error) {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  const words = WORDS[code];
  return `cannot be read (${code})${words === undefined ? "" : `: ${words}`}`;
}
function codeOf(error) {
  const { code } = error ?? {};
  return typeof code === "string" && /^E[A-Z\d]+$/.test(code)
    ? code
    : undefined;
}
async function* piecesOf(files, { path, relativePath }, how = "read") {
  try {
    for await (const piece of files[how](path)) yield piece;
  } catch (error) {
    throw stopFor(relativePath, error);
  }
}
function stopFor(relativePath, error) {
  const trouble = systemErrorWords(error);
  if (trouble === undefined) return error;
  return new Stop({
    title: "The dataset file cannot be used",
    what: `${relativePath} ${trouble}.`,
    next:
      codeOf(error) === "ENOENT"
        ? "Make sure that nothing else writes to the file during this step, then run this job again."
        : "Check the rights and the links of the file, and the runner; then run this job again.",
  });
}
// ./src/file/find.ts
const FORMATS = ["csv", "jsonl", "zip"];
const LFS_POINTER = "version https://git-lfs.github.com/spec/v1";
const ZIP_MAGIC = "PK\u0003\u0004";
const EMPTY_ZIP_MAGIC = "PK\u0005\u0006";
async function findDatasetFile(
  files,
  workspace,
  given,
  how = external_node_path_namespaceObject,
) {
  const name = how.basename(given);
  const extension = how.extname(name);
  const format = FORMATS.find(
    (known) => `.${known}` === extension.toLowerCase(),
  );
  if (format === undefined) {
    throw unusable(given, "has none of the extensions .csv, .jsonl and .zip", {
      next: "Set dataset_file to a .csv, .jsonl or .zip file.",
    });
  }
  const root = await workspaceRoot(files, workspace, given);
  const path = await realPath(
    files,
    how.isAbsolute(given) ? given : how.join(root, given),
    given,
  );
  const relativePath = placeIn(root, path, how);
  if (relativePath === undefined) {
    throw unusable(given, "is outside the workspace", {
      next: "Set dataset_file to the path of a committed file, relative to the workspace. Symbolic links must not lead out of it.",
    });
  }
  const stat = await files.stat(path).catch((error) => {
    throw unreadable(given, error);
  });
  refuseKind(given, stat);
  const file = {
    path,
    relativePath,
    name,
    stem: name.slice(0, -extension.length),
    format,
    bytes: stat.bytes,
    modifiedMs: stat.modifiedMs,
  };
  refuseContent(given, file, await beginning(files, file));
  return file;
}
function placeIn(folder, path, how = external_node_path_namespaceObject) {
  const place = how.relative(folder, path);
  const [first] = place.split(how.sep);
  if (first === ".." || how.isAbsolute(place)) return undefined;
  return place.replaceAll(how.sep, "/");
}
async function realPath(files, path, given) {
  try {
    return await files.realPath(path);
  } catch (error) {
    const code = codeOf(error);
    if (code !== "ENOENT" && code !== "ENOTDIR") throw unreadable(given, error);
    throw unusable(given, "is not in the workspace", {
      next: "Put a step with actions/checkout before this one, and check the path: it starts at the root of the repository.",
    });
  }
}
async function workspaceRoot(files, workspace, given) {
  try {
    return await files.realPath(workspace);
  } catch (error) {
    const trouble = systemErrorWords(error);
    if (trouble === undefined) throw error;
    throw unusable(
      given,
      `cannot be found: the workspace "${workspace}" ${trouble}`,
      {
        next:
          "Put a step with actions/checkout before this one, and leave GITHUB_WORKSPACE as the runner sets it; in a " +
          "container of your own, mount the workspace.",
      },
    );
  }
}
function unreadable(given, error) {
  const trouble = systemErrorWords(error);
  if (trouble === undefined) return error;
  return unusable(given, trouble, {
    next: "Check the rights and the links of the file.",
  });
}
function refuseKind(given, { kind, bytes }) {
  if (kind !== "file") {
    const what = kind === "directory" ? "a directory" : "no regular file";
    throw unusable(given, `is ${what}`, {
      next: "Set dataset_file to the path of one file. For several datasets, use a matrix with one step for each.",
    });
  }
  if (bytes === 0) {
    throw unusable(given, "is empty", {
      next: "Commit the file with its records.",
    });
  }
}
function refuseContent(given, file, start) {
  if (start.startsWith(LFS_POINTER)) {
    throw unusable(given, "is a Git LFS pointer, not the file itself", {
      next: "Give actions/checkout the input lfs: true.",
    });
  }
  if (file.format !== "zip" || start.startsWith(ZIP_MAGIC)) return;
  throw start.startsWith(EMPTY_ZIP_MAGIC)
    ? unusable(given, "is an empty archive: no records", {
        next: "Commit the archive with its files.",
      })
    : unusable(given, "is not a ZIP archive, although its name ends in .zip", {
        next: "Commit a ZIP archive, or correct the name of the file.",
      });
}
async function beginning(files, file) {
  for await (const piece of piecesOf(files, file)) {
    return Buffer.from(piece.subarray(0, LFS_POINTER.length)).toString(
      "latin1",
    );
  }
  return "";
}
function unusable(given, what, { next }) {
  return new Stop({
    title: "The dataset file cannot be used",
    what: `dataset_file: "${given}" ${what}. Nothing was sent to Prolific.`,
    next,
  });
}
// ./src/figures.ts
function figure(n) {
  return n.toLocaleString("en");
}
function size(bytes) {
  let n = bytes;
  let unit = -1;
  for (; Math.round(n) >= 1_000; n /= 1_000) unit++;
  return unit < 0
    ? counted(bytes, "byte")
    : `${n.toFixed(n < 9.95 ? 1 : 0)} ${["kB", "MB", "GB", "TB"][unit] ?? "PB"}`;
}
function counted(n, noun, plural) {
  return `${figure(n)} ${n === 1 ? noun : (plural ?? `${noun}s`)}`;
}
// ./src/github/concerns.ts
const LOOK = "Look at the dataset in Prolific before anything is paid for.";
const NEW_DATASET =
  "If records are there twice, create a new dataset and a new batch, and upload the file there.";
const ALLOW =
  "If tasks for all of them are what you want, set extra_datapoints to allow and run this job again.";
const WAYS_OUT = `${LOOK} ${NEW_DATASET} ${ALLOW}`;
const DO_NOT_PUBLISH =
  "Do not publish a study with this batch before you know why: each task is paid for.";
function concernInWords(concern) {
  switch (concern.what) {
    case "imported_twice":
      return concerns_importedTwice(concern.dataset, concern.imports);
    case "more_than_file": {
      const { dataset, datapoints, records } = concern;
      return {
        title: "The dataset holds more than the file",
        what:
          `Dataset ${dataset} has ${counted(datapoints, "datapoint")}, and the committed file has ${counted(records, "record")}. ` +
          `A setup would make ${counted(datapoints - records, "task")} more than the commit has records.`,
        next: WAYS_OUT,
      };
    }
    case "unknown_without_task":
      return concerns_unknownWithoutTask(concern);
    case "grown_otherwise":
      return concerns_grownOtherwise(concern);
    case "none_recognised": {
      const { dataset, probe, datapoints } = concern;
      return {
        title: "Prolific recognizes none of the records",
        what:
          `Dataset ${dataset} had ${counted(datapoints, "datapoint")}. Of the committed file, ${counted(probe, "record")} ` +
          `were appended first, and all of them were added as new. The rest was not sent: tasks for all records could be paid for twice.`,
        next:
          `Look at the dataset in Prolific. If most rows are the same as before, create a new dataset and a new batch, and upload ` +
          `the file there. If every row really is new, set extra_datapoints to allow and run this job again.`,
      };
    }
    case "another_file":
      return concerns_anotherFile(
        concern.dataset,
        concern.filename,
        concern.datapoints,
      );
    case "more_tasks":
      return moreTasks(concern);
    case "more_synced": {
      const { created, distinct } = concern;
      return {
        title: "The sync made a task for every record of the file",
        what:
          `The sync made ${counted(created, "task")} beside those that were there, and the committed file has ` +
          `${counted(distinct, "record")}: records may have two tasks now.`,
        next: `${DO_NOT_PUBLISH} Look at the dataset in Prolific. ${ALLOW}`,
      };
    }
    case "fewer_tasks": {
      const { tasks, datapoints } = concern;
      return {
        title: "Datapoints have no task after the sync",
        what: `The batch has ${counted(tasks, "task")} for ${counted(datapoints, "datapoint")} after the sync: ${counted(datapoints - tasks, "datapoint")} without a task.`,
        next: "Run this job again with if_ready: sync. If this keeps happening, ask Prolific's support, or set extra_datapoints to allow to accept it.",
      };
    }
  }
}
function concerns_importedTwice(dataset, imports) {
  const accepted = imports.map(({ acceptedCount = 0 }) => acceptedCount);
  const extra = accepted.slice(0, -1).reduce((sum, count) => sum + count, 0);
  const [{ filename = "" } = { filename: "" }] = imports;
  return {
    title: "The file is in the dataset twice",
    what:
      `Dataset ${dataset} lists ${figure(imports.length)} imports of "${filename}" (${imports.map(({ id }) => id).join(", ")}): ` +
      `${accepted.map(figure).join(" and ")} records were accepted. Tasks for all of them could be ` +
      `${counted(extra, "task")} more than the commit has records.`,
    next: WAYS_OUT,
  };
}
function concerns_unknownWithoutTask(concern) {
  const { because, datapoints, distinct, tasks, without } = concern;
  const numbers =
    `The batch has ${counted(tasks, "task")} for ${counted(datapoints, "datapoint")}, so a sync would make ` +
    counted(without, "task");
  switch (because) {
    case "more":
      return {
        title: "A sync would pay for unknown datapoints",
        what: `${numbers}: ${counted(without - distinct, "task")} more than the commit has records (${figure(distinct)}).`,
        next: WAYS_OUT,
      };
    case "all":
      return {
        title: "Every record would get a task beside those that are there",
        what:
          `${numbers}: one for every record of the committed file, as if none of them had a task yet. ` +
          "Prolific has recognized no record of the file.",
        next: WAYS_OUT,
      };
    case "left_over":
      return {
        title: "Datapoints of another commit have no task",
        what: `${numbers}, and the committed file was in the dataset before: these datapoints belong to another commit.`,
        next: WAYS_OUT,
      };
  }
}
function concerns_anotherFile(dataset, filename, datapoints) {
  if (filename === undefined) {
    return {
      title: "Unknown which file the dataset holds",
      what:
        `Dataset ${dataset} is a V3 dataset with ${counted(datapoints, "datapoint")}, and Prolific does not say of which file. ` +
        "Whether it is the committed one cannot be known.",
      next:
        "Look at the dataset in Prolific. If it holds the committed file, set extra_datapoints to allow and run this job again. " +
        "Otherwise create a new dataset and a new batch.",
    };
  }
  return {
    title: "The dataset holds another file",
    what:
      `Dataset ${dataset} is a V3 dataset and holds "${filename}" with ${counted(datapoints, "datapoint")}, not the committed file: ` +
      "another upload took its place.",
    next: `Look at the dataset in Prolific; create a new dataset and a new batch for the committed file. ${ALLOW}`,
  };
}
function concerns_grownOtherwise({ dataset, grown, least, most, puts }) {
  const sent =
    puts > 1 ? ` The file was sent ${String(puts)} times in this run.` : "";
  const numbers =
    `Prolific accepted ${counted(most, "record")}, and dataset ${dataset} has grown by ` +
    `${counted(grown, "datapoint")}.${sent}`;
  return grown > most
    ? {
        title: "Records may be in the dataset twice",
        what:
          `${numbers} Tasks for all of them would be ${counted(grown - most, "task")} more than ` +
          "the commit has records.",
        next: WAYS_OUT,
      }
    : {
        title: "Records are missing in the dataset",
        what: `${numbers} ${counted(least - grown, "record")} would get no task.`,
        next:
          "Run this job again in a few minutes: the counts may be late. If this keeps happening, look at the dataset in Prolific, or " +
          "set extra_datapoints to allow to go on with what is there.",
      };
}
function moreTasks({ tasks, most, setups, than }) {
  const many = counted(tasks - most, "task");
  const sent =
    setups > 1
      ? ` ${counted(setups, "setup")} of this run may have arrived.`
      : "";
  const next = `${DO_NOT_PUBLISH} Ask Prolific's support, or duplicate the batch with a new dataset. ${ALLOW}`;
  return than === "datapoints"
    ? {
        title: "The batch has more tasks than datapoints",
        what: `The batch has ${counted(tasks, "task")} for ${counted(most, "datapoint")}: ${many} too many.${sent}`,
        next,
      }
    : {
        title: "The batch has more tasks than the file has records",
        what: `The batch has ${counted(tasks, "task")} for ${counted(most, "record")}: ${many} too many.${sent}`,
        next,
      };
}
function paidAgain({ paid }) {
  if (paid.length === 0) return undefined;
  const tasks = paid.reduce((sum, batch) => sum + batch.totalTaskCount, 0);
  const batches =
    paid.length === 1
      ? "an earlier batch"
      : `${figure(paid.length)} earlier batches`;
  return `records that have one of the ${counted(tasks, "task")} in ${batches} as well are paid for again`;
}
// ./src/github/stops.ts
const UPLOAD_V3 =
  "Upload a .csv or .zip file to it (with dataset_file, or in the Prolific app)";
const UPLOAD_V4 =
  "Upload a .csv or .jsonl file to it (with dataset_file, or in the Prolific app)";
const THEN_AGAIN = ", then run this job again.";
function stops_stopFor(reason, view, inputs) {
  const { batchId } = inputs;
  switch (reason.why) {
    case "batch_in_error":
      if (view.used?.which === "copy") {
        return copyInError({ id: batchId, name: view.found?.name ?? "" });
      }
      return new Stop({
        title: "The batch is in ERROR at Prolific",
        what: `Batch ${batchId} is in ERROR: Prolific could not make its tasks, and its data may be unusable.`,
        next:
          "An ERROR batch cannot be set up again. Look at its dataset in Prolific, then duplicate the batch or create a new " +
          "one, and put the new id into batch_id.",
      });
    case "already_set_up":
      return new Stop({
        title: "The batch is already set up",
        what: `Batch ${batchId} is ${reason.batch.status}, and if_ready is "fail". Nothing was sent.`,
        next: "Use another batch, or set if_ready to skip (accept the batch as it is) or sync (add tasks for new datapoints).",
      });
    case "dataset_needed":
      return datasetNeeded(reason.batch);
    case "another_dataset":
      return new Stop({
        title: "Another dataset is attached to the batch",
        what: `dataset_id is ${view.datasetId ?? inputs.datasetId ?? ""}, but batch ${batchId} is attached to ${attached(reason.batch)}.`,
        next: "Leave dataset_id empty to use the attached one, or check which batch_id and dataset_id belong together.",
      });
    case "other_format":
      return otherFormat(reason.dataset, view);
    case "no_schema":
      return new Stop({
        title: "The dataset has no schema",
        what: `Dataset ${reason.dataset.id} has no schema yet, so Prolific would put any upload on hold. Nothing was uploaded.`,
        next: "Set the dataset's schema in Prolific (or with PATCH …/datasets/{id}), then run this job again.",
      });
    case "cannot_grow":
      return cannotGrow(reason.batch, reason.dataset, view, inputs);
    case "unusable":
      return stops_unusable(reason.dataset, reason.state);
    case "unaccounted":
      return unaccounted(reason.concern, view);
    case "setup_unconfirmed":
      return new Stop({
        title: "Unknown whether Prolific accepted the setup",
        what: `The setup of batch ${batchId} was answered with a success, but not with HTTP 202, and the batch has not changed.`,
        next: "Check api_url and any proxy on the way, then run this job again: it looks at the batch first.",
      });
    case "ready_but_empty":
      return readyButEmpty(reason.batch);
    case "no_workspace":
      return new Stop({
        title: "The workspace of the batch is not known",
        what: `Prolific does not say which workspace batch ${reason.original.id} is in, so its copies cannot be found. Nothing was made.`,
        next: "Look at the batch in Prolific. To use this batch and no other, set new_batch to never.",
      });
    case "copy_in_error":
      return copyInError(reason.copy);
    case "shared_dataset":
      return new Stop({
        title: "The copy has the dataset of its original",
        what: `Batch ${reason.copy.id} is a copy of batch ${reason.original.id}, and the same dataset is attached to both. A setup would pay for its rows again. No setup was sent.`,
        next: RENAME,
      });
    case "unknown_content":
      return unknownContent(reason.original, reason.dataset);
    case "no_v3_for":
      return new Stop({
        title: "This dataset takes other files",
        what: `${reason.file.relativePath} is a .jsonl file, and the new dataset would be a V3 dataset. Nothing was made.`,
        next: "Commit the rows as a .csv file. Or set dataset_id to a V4 dataset with a schema, and new_batch to all_rows: the new dataset then gets the same schema.",
      });
  }
}
const RENAME =
  "Change the name of the copy in Prolific, so that it no longer ends in the brackets, then run this job again: it makes a new copy.";
function copyInError({ id, name }) {
  return new Stop({
    title: "The copy of the batch is in ERROR at Prolific",
    what: `Batch ${id} ("${name}") is the copy for this content of the file, and is in ERROR: Prolific could not make its tasks.`,
    next: `An ERROR batch cannot be set up again. ${RENAME}`,
  });
}
function unknownContent(original, dataset) {
  const filename = dataset?.version === 3 ? dataset.filename : undefined;
  const why =
    original.datasets.length > 1
      ? "several datasets are attached to it"
      : filename === undefined
        ? "its dataset does not name the file that it was made from"
        : `the name of its file, "${filename}", does not say which content it has: this action did not upload it`;
  return new Stop({
    title: "It is not known which rows have tasks already",
    what: `Batch ${original.id} has ${counted(original.totalTaskCount, "task")}, and ${why}. So it is not known which rows are new. Nothing was made.`,
    next:
      "Create a new batch without a dataset in Prolific, and put its id into batch_id. Or set new_batch to all_rows: every row " +
      "of the file then gets a task, also those that have one.",
  });
}
function unaccounted(concern, { setup, sync }) {
  const { title, what, next } = concernInWords(concern);
  const sent =
    setup?.by === "us" || sync ? "" : " No setup and no sync was sent.";
  return new Stop({ title, what: what + sent, next });
}
function attached({ datasets }) {
  return datasets.map(({ id }) => id).join(", ");
}
function datasetNeeded(batch) {
  return new Stop({
    title: "dataset_id is needed",
    what:
      batch.datasets.length === 0
        ? `Batch ${batch.id} has no dataset attached.`
        : `Batch ${batch.id} has several datasets attached: ${attached(batch)}.`,
    next: "Set dataset_id to the dataset to use.",
  });
}
function otherFormat({ id, version }, { file }) {
  return new Stop({
    title: "This dataset takes other files",
    what: `${file?.relativePath ?? ""} is a .${file?.format ?? ""} file, and dataset ${id} is a V${String(version)} dataset.`,
    next: `Give a ${version === 3 ? ".csv or .zip" : ".csv or .jsonl"} file in dataset_file, or the id of another dataset.`,
  });
}
function inShell(text) {
  return /^[\w%+,./:=@-]+$/.test(text)
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;
}
function cannotGrow(
  batch,
  { id, name, totalDatapointCount },
  { file, used },
  { apiUrl },
) {
  if (used?.which === "copy") {
    return new Stop({
      title: "The copy holds other rows",
      what:
        `Dataset ${id} of batch ${batch.id} holds ${counted(totalDatapointCount, "datapoint")} of another file than the rows ` +
        `of ${file?.relativePath ?? ""} that no other batch has. Nothing was uploaded.`,
      next: RENAME,
    });
  }
  const api = `${apiUrl}/api/v1/data-collection`;
  const post = (path, json) =>
    `curl -X POST -H "Authorization: Token $PROLIFIC_TOKEN" -H "Content-Type: application/json" ` +
    `-d ${inShell(JSON.stringify(json))} ${inShell(`${api}${path}`)}`;
  return new Stop({
    title: "This dataset cannot grow",
    what:
      `Dataset ${id} is a V3 dataset and holds ${counted(totalDatapointCount, "datapoint")} of another file than the ` +
      `committed ${file?.relativePath ?? ""}. Nothing was uploaded.`,
    next:
      "Set new_batch to new_rows: this job then makes a copy of the batch for the rows that are new. By hand: make a new dataset and " +
      "a copy of the batch without its dataset with the two commands below, and put their ids into dataset_id and batch_id. " +
      "(A V4 dataset, one with a schema, can grow.)",
    commands: [
      post("/datasets", {
        name: name || (file?.stem ?? ""),
        workspace_id: batch.workspaceId ?? "YOUR_WORKSPACE_ID",
      }),
      post(`/batches/${batch.id}/duplicate`, { upload_new_dataset: true }),
    ],
  });
}
function readyButEmpty({ id, totalTaskCount: tasks, totalTaskGroups: groups }) {
  return new Stop({
    title: "The batch is READY, but empty",
    what:
      `Batch ${id} is READY with ${counted(tasks, "task")}` +
      (groups === undefined ? "." : ` in ${counted(groups, "task group")}.`),
    next: "Participants would see nothing. Check its dataset in Prolific, then duplicate the batch or create a new one.",
  });
}
function stops_unusable({ id }, state) {
  const { what, words, next } = unusableInWords(state);
  return new Stop({
    title: "The dataset cannot be set up",
    what: `Dataset ${id} ${what}. No setup was sent.`,
    words,
    next,
  });
}
function unusableInWords(state) {
  switch (state.kind) {
    case "v3_in_error":
      return {
        what: "is in ERROR: Prolific could not process its file",
        next: `Create a new dataset. ${UPLOAD_V3}, attach it to the batch${THEN_AGAIN}`,
      };
    case "empty":
      return {
        what: "is empty",
        next: (state.version === 3 ? UPLOAD_V3 : UPLOAD_V4) + THEN_AGAIN,
      };
    case "no_complete_import":
      return unfinished(state.newest);
  }
}
function awaitedInWords(awaited) {
  switch (awaited.kind) {
    case "upload":
    case "processing":
      return "Prolific to process its file";
    case "imports":
      return `its import ${awaited.jobs.map(named).join(", ")} to end`;
  }
}
function named({ filename, id }) {
  return filename === undefined ? id : `${id} of "${filename}"`;
}
function unfinished(job) {
  const { reason, rejectedCount, status } = job;
  const name = `import ${named(job)}`;
  if (status === "pending_schema") {
    return {
      what: `has no schema yet, so its ${name} is parked (pending_schema)`,
      next: `Set the dataset's schema; the import then goes on by itself. Run this job again afterwards.`,
    };
  }
  if (status === "partial") {
    return {
      what:
        `has no complete import: ${name} is partial` +
        (rejectedCount === undefined
          ? ""
          : `, ${counted(rejectedCount, "record")} rejected`),
      next:
        "Put the rejected records, corrected, into a new file (those accepted stay) and upload it to the dataset, or set " +
        "allow_partial to true to go on with the accepted ones" +
        THEN_AGAIN,
    };
  }
  return {
    what: `has no complete import: ${name} ${status}`,
    words: reason,
    next: UPLOAD_V4 + THEN_AGAIN,
  };
}
// ./src/github/rehearsal.ts
function rehearsed(view, inputs, next) {
  const phrases = [];
  let state = { view, dataset: view.dataset?.value };
  let step = next;
  while (step) {
    const phrase = inWords(step, state.view, inputs);
    if (phrase !== undefined) phrases.push(phrase);
    state = imagine(state, step);
    const after = decisionAfter(step, state.view, inputs);
    if (after?.do === "stop") {
      const { title } = stops_stopFor(after.reason, state.view, inputs).parts;
      phrases.push(`stop there: "${title}"`);
    }
    step = after?.do === "end" || after?.do === "stop" ? undefined : after;
  }
  const work = phrases.join(", then ");
  return `A real run would ${work === "" ? "leave the batch unchanged, because it is already set up" : work}`;
}
function decisionAfter(step, view, inputs) {
  const last = [
    ...["wait_for_dataset", "set_up", "sync", "verify"],
    ...["duplicate", "create_dataset", "attach_dataset"],
  ];
  if (last.includes(step.do)) return undefined;
  return decide(view, { ...inputs, dryRun: false });
}
function inWords(step, view, inputs) {
  switch (step.do) {
    case "wait_for_dataset":
      return `wait for ${awaitedInWords(step.awaited)} and look at the dataset again`;
    case "look_for_bytes":
      return (
        `look whether the bytes of ${step.jobs.length === 0 ? "an earlier upload" : importsInWords(step.jobs)} arrive, ` +
        `and else upload ${step.file.remoteName}`
      );
    case "upload":
      return `upload ${allRecords(view)} as ${step.file.remoteName}`;
    case "follow_import":
      return step.found
        ? `follow import ${step.importId} of the file, which is ${step.found.status}`
        : undefined;
    case "probe":
      return `append ${figure(step.most)} of its records to see whether Prolific recognizes them`;
    case "append":
      return (
        `append ${allRecords(view)} to the ${counted(step.dataset.totalDatapointCount, "datapoint")} there ` +
        "(identical ones are not added again)"
      );
    case "set_up":
      return ["set up the batch", tasksOfSetup(step.dataset, view, inputs)]
        .filter(Boolean)
        .join(": ");
    case "wait_for_batch":
      return view.setup?.by === "us"
        ? undefined
        : "wait for the setup that is running";
    case "sync":
      return `sync the batch: ${tasksOfSync(step.dataset.totalDatapointCount - step.batch.totalTaskCount, view)}`;
    case "duplicate": {
      const again = paidAgain(step);
      return (
        `make a copy of "${step.original.name}" named "${step.name}", ` +
        uploadAndSetUp(step.records, step.version, inputs) +
        (again === undefined ? "" : ` (new_batch is all_rows: ${again})`)
      );
    }
    case "create_dataset":
    case "attach_dataset":
      return `use the copy "${step.copy.name}", ${uploadAndSetUp(recordsIn(view), view.used?.which === "copy" && view.used.schema !== undefined ? 4 : 3, inputs)}`;
    case "read_batch":
    case "use_dataset":
    case "read_dataset":
    case "check_file":
    case "check_record_lengths":
    case "accept_file":
    case "count_again":
    case "allow":
    case "join":
    case "confirm_setup":
    case "follow_sync":
    case "leave_as_it_is":
    case "verify":
    case "find_preview":
    case "read_original":
    case "list_copies":
    case "find_new_rows":
    case "use_original":
    case "use_copy":
      return undefined;
  }
}
function uploadAndSetUp(records, version, { tasksPerGroup = 1 }) {
  const rows = records === undefined ? "the file" : counted(records, "record");
  const tasks =
    records === undefined
      ? ""
      : `: ${counted(records, "task")} for ${counted(records, "record")} in ${counted(Math.ceil(records / tasksPerGroup), "group")}`;
  return `upload ${rows} to a new V${String(version)} dataset, and set the copy up${tasks}`;
}
function recordsIn({ newRows, used, checked }) {
  if (newRows) return newRows.records;
  const content = used?.which === "copy" ? used.content : checked;
  return content?.checked.records;
}
function allRecords({ checked }) {
  const records = checked?.checked.records;
  return records === undefined ? "its records" : counted(records, "record");
}
function importsInWords(jobs) {
  const ids = jobs.map(({ id }) => id).join(", ");
  return `${jobs.length === 1 ? "import" : "imports"} ${ids}`;
}
function tasksOfSetup(dataset, { checked }, { tasksPerGroup = 1 }) {
  const tasks = dataset.totalDatapointCount;
  if (tasks === 0 || tasks === Infinity) return "";
  const columns = checked?.checked.columns ?? [];
  const grouped =
    dataset.groupsItself ||
    (dataset.version === 3 && columns.includes("META_TASK_GROUP_ID"));
  const groups = counted(Math.ceil(tasks / tasksPerGroup), "group");
  const records = checked?.checked.records;
  const paid =
    counted(tasks, "task") +
    (records === undefined ? "" : ` for ${counted(records, "record")}`);
  return `${paid} in ${grouped ? "the groups that the data decides" : groups}`;
}
function tasksOfSync(without, { brought }) {
  if (brought && brought.accepted > 0) {
    return "a task for each datapoint that is new";
  }
  return without > 0
    ? `${counted(without, "datapoint")} without a task`
    : "every datapoint has a task already";
}
function imagine({ view, dataset }, step) {
  const fresh = (value) => ({ value, ageMs: 0 });
  switch (step.do) {
    case "read_batch":
      return {
        view: { ...view, batch: view.batch && fresh(view.batch.value) },
        dataset,
      };
    case "read_dataset":
      return { view: { ...view, dataset: dataset && fresh(dataset) }, dataset };
    case "check_record_lengths":
      return { view: { ...view, fits: true }, dataset };
    case "join": {
      const setup = { by: "somebody_else", setups: 0, certain: true };
      return { view: { ...view, setup }, dataset };
    }
    case "wait_for_batch": {
      const tasks = dataset?.totalDatapointCount ?? step.batch.totalTaskCount;
      const batch = {
        ...step.batch,
        status: "READY",
        totalTaskCount: tasks,
      };
      return { view: { ...view, batch: fresh(batch) }, dataset };
    }
    case "leave_as_it_is":
      return { view: { ...view, left: true }, dataset };
    case "accept_file":
      return broughtIn(view, step.dataset, step.how, 0);
    case "upload":
    case "look_for_bytes": {
      const how = step.dataset.version === 3 ? "processed" : "import";
      return broughtIn(view, step.dataset, how, records(view));
    }
    case "probe": {
      const { totalDatapointCount: before } = step.dataset;
      const probed = { before, accepted: step.most, grown: 0 };
      return { view: { ...view, probed }, dataset };
    }
    case "append": {
      const added = Math.max(0, records(view) - step.before);
      return broughtIn(view, step.dataset, "append", added);
    }
    case "follow_import": {
      const none = step.dataset.totalDatapointCount === 0;
      return broughtIn(view, step.dataset, "import", none ? records(view) : 0);
    }
    case "count_again":
      return {
        view: {
          ...view,
          batch: view.batch && fresh(view.batch.value),
          dataset: dataset && fresh(dataset),
          countedAgeMs: 0,
          tasksCounted: true,
        },
        dataset,
      };
    case "allow": {
      const allowed = [...view.allowed, step.concern.what];
      return { view: { ...view, allowed }, dataset };
    }
    case "use_dataset":
    case "check_file":
    case "wait_for_dataset":
    case "set_up":
    case "confirm_setup":
    case "sync":
    case "follow_sync":
    case "verify":
    case "find_preview":
    case "read_original":
    case "list_copies":
    case "find_new_rows":
    case "use_original":
    case "duplicate":
    case "use_copy":
    case "create_dataset":
    case "attach_dataset":
      return { view, dataset };
  }
}
function records({ checked }) {
  return checked?.checked.records ?? Infinity;
}
function broughtIn(view, before, how, added) {
  const { totalDatapointCount: datapointsBefore, version } = before;
  const datapoints = datapointsBefore + added;
  const brought = {
    ...{ how, version, datapointsBefore },
    accepted: how === "append" ? records(view) : added,
    rejected: 0,
    duplicates: undefined,
    endedBefore: added === 0 && how !== "append",
    puts: 0,
    besideImport: false,
  };
  const grown = { ...before, totalDatapointCount: datapoints };
  const dataset =
    grown.version === 3
      ? { ...grown, status: "READY", filename: view.checked?.remoteName }
      : { ...grown, imports: grown.imports.map(ended) };
  return {
    view: {
      ...view,
      ...{ brought, datapoints },
      dataset: undefined,
      countedAgeMs: undefined,
    },
    dataset:
      dataset.version === 4 && how === "import"
        ? { ...dataset, imports: [COMPLETE, ...dataset.imports] }
        : dataset,
  };
}
function ended(job) {
  return isRunning(job) ? { ...job, status: "complete" } : job;
}
const COMPLETE = {
  id: "",
  filename: undefined,
  status: "complete",
  acceptedCount: undefined,
  rejectedCount: undefined,
  duplicateCount: undefined,
  errors: [],
  reason: undefined,
};
// ./src/github/change.ts
function changeInWords(change) {
  const { newDatapoints, newTasks, newGroups, pending } = change;
  const data =
    newDatapoints === undefined
      ? []
      : [counted(newDatapoints, "new datapoint")];
  if (pending) {
    return [...data, "Prolific is at work on the tasks"].join("; ");
  }
  if (newTasks === 0 && (newDatapoints ?? 0) === 0) {
    return "Nothing new: no datapoints, no tasks";
  }
  return [...data, tasks(newTasks, newGroups)].join(", ");
}
function tasks(newTasks, newGroups) {
  const made = newTasks === 0 ? "no new tasks" : counted(newTasks, "new task");
  if (newTasks === 0 || newGroups === undefined) return made;
  return newGroups === 0
    ? `${made} in groups that had room`
    : `${made} in ${counted(newGroups, "group")}`;
}
function reportEnd({ inputs, log, report }, view, { outcome, instead }) {
  if (outcome === "dry_run" && inputs.apiToken === undefined) {
    tellOffline({ log, report }, view);
    return;
  }
  if (view.newRows?.records === 0 && !view.used) {
    report.change = `No row of ${view.file?.relativePath ?? ""} is new, so there is nothing to make`;
  } else if (outcome === "dry_run")
    report.change = rehearsed(view, inputs, instead);
  else if (view.brought ?? view.sync?.ended) {
    report.change = changeInWords(changeOf(view, outcome));
  } else return;
  log.say(report.change);
}
function changeOf(view, outcome) {
  const { batch, brought, datapoints = 0, datapointsBefore = 0, found } = view;
  const groupsBefore = found?.totalTaskGroups;
  const groupsAfter = batch?.value.totalTaskGroups;
  return {
    newDatapoints: brought && datapoints - datapointsBefore,
    newTasks: (batch?.value.totalTaskCount ?? 0) - (found?.totalTaskCount ?? 0),
    newGroups:
      groupsBefore === undefined || groupsAfter === undefined
        ? undefined
        : groupsAfter - groupsBefore,
    pending: outcome === "accepted",
  };
}
function tellOffline({ log, report }, { file }) {
  log.note(
    "Dry run without a token",
    file
      ? `Only ${file.relativePath} was checked, not the batch and its dataset: workflows from forks and Dependabot get no secrets.`
      : "Only the inputs were checked: there is no dataset_file, and workflows from forks and Dependabot get no secrets.",
  );
  if (file) report.change = `${file.relativePath} has no defects`;
}
// ./src/github/foreign-text.ts
const LONGEST_QUOTE = 500;
function redactor(secrets) {
  const forms = [...secrets]
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString("base64"),
    ])
    .filter((form) => form !== "")
    .sort((a, b) => b.length - a.length);
  return (text) =>
    forms.reduce((redacted, form) => redacted.replaceAll(form, "***"), text);
}
function harmless(text) {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/[\u202A-\u202E\u2066-\u2069]/g, "")
    .replaceAll("##[", "## [")
    .replace(/^(\s*):(?=:)/, "$1: ");
}
function quote(text, redact, longest = LONGEST_QUOTE) {
  const line = harmless(redact(text)).replace(/\s+/g, " ").trim();
  const characters = Array.from(line);
  return characters.length > longest
    ? `${characters.slice(0, longest).join("")}…`
    : line;
}
// ./src/github/handover/rejected-file.ts
const NAME = "rejected.jsonl";
const LONGEST_TEXT = 500;
const PIECE_LENGTH = 2 ** 16;
const LONGEST_FILE = 2 ** 28;
class RejectedFile {
  runner;
  report;
  longest;
  waiting = "";
  length = 0;
  lines = 0;
  left = 0;
  source = "preflight";
  fails = false;
  constructor(runner, report, longest = LONGEST_FILE) {
    this.runner = runner;
    this.report = report;
    this.longest = longest;
  }
  add(source, found) {
    this.source = source;
    if (this.length >= this.longest) {
      this.left++;
      return;
    }
    this.lines++;
    this.write(found);
  }
  addUnlisted(source, count) {
    if (count <= 0) return;
    this.source = source;
    this.write(ofNone(`${figure(count)} more, which Prolific does not list`));
  }
  end() {
    if (this.left > 0) {
      this.write(
        ofNone(`${figure(this.left)} more, which this file leaves out`),
      );
      this.runner.info(
        `rejected_file lists the first ${figure(this.lines)}; ${figure(this.left)} more are left out`,
      );
    }
    this.flush();
  }
  write({ record, line, field, reason }) {
    const { redact } = this.runner;
    const text = JSON.stringify({
      record: record ?? null,
      line: line ?? null,
      field: field === undefined ? null : quote(field, redact, LONGEST_TEXT),
      reason: quote(reason, redact, LONGEST_TEXT),
      source: this.source,
    });
    this.waiting += `${text}\n`;
    this.length += text.length + 1;
    if (this.waiting.length >= PIECE_LENGTH) this.flush();
  }
  flush() {
    const text = this.waiting;
    this.waiting = "";
    if (text === "" || this.fails) return;
    const path = this.runner.keep(NAME, text);
    this.fails = path === undefined;
    this.report.set("rejected_file", path);
  }
}
function ofNone(reason) {
  return { record: undefined, line: undefined, field: undefined, reason };
}
// ./src/github/log.ts
class Log {
  spokeAt;
  runner;
  report;
  clock;
  constructor(runner, report, clock) {
    this.runner = runner;
    this.report = report;
    this.clock = clock;
    this.spokeAt = clock.now();
  }
  say(line) {
    this.spokeAt = this.clock.now();
    this.runner.info(line);
  }
  sayOfTry(tries, line) {
    if (tries === 1) this.say(line);
    else this.debug(line);
  }
  debug(line) {
    this.runner.debug(line);
  }
  warn(title, message) {
    this.runner.warning(title, message);
    this.report.remarks.push(`⚠️ ${message}`);
  }
  note(title, message) {
    this.runner.notice(title, message);
    this.report.remarks.push(message);
  }
}
// ./src/github/report.ts
const GREEN_OUTCOMES = null && [
  "set_up",
  "accepted",
  "joined",
  "already_set_up",
  "synced",
  "dry_run",
];
const RED_OUTCOMES = null && ["failed", "timed_out", "cancelled"];
const OUTPUT_NAMES = null && [
  "batch_id",
  "dataset_id",
  "original_batch_id",
  "outcome",
  "status",
  "total_task_count",
  "total_task_groups",
  "total_instruction_count",
  "total_datapoint_count",
  "preview_url",
  "import_id",
  "accepted_count",
  "rejected_count",
  "duplicate_count",
  "sync_id",
  "tasks_created",
  "groups_created",
  "summary_file",
  "rejected_file",
  "elapsed_seconds",
];
const SAYS = "Prolific says: ";
const NEXT = "Next: ";
class Report {
  progress = "nothing_sent";
  batchName = "";
  copy = "";
  change = "";
  failure;
  startedAt;
  timeline = [];
  phases = [{ what: "Read batch and dataset", atMs: 0 }];
  remarks = [];
  rows = [];
  values = new Map();
  clock;
  write;
  constructor(clock, write) {
    this.clock = clock;
    this.startedAt = clock.now();
    this.write = write;
  }
  get elapsedMs() {
    return this.clock.now() - this.startedAt;
  }
  get outcome() {
    return this.values.get("outcome");
  }
  get(name) {
    return this.values.get(name);
  }
  set(name, value) {
    if (value === undefined || this.values.get(name) === String(value)) return;
    this.values.set(name, String(value));
    this.write(name, String(value));
  }
  enter(phase) {
    if (phase === undefined || phase === this.phases.at(-1)?.what) return;
    this.phases.push({ what: phase, atMs: this.elapsedMs });
  }
  succeed(outcome) {
    this.set("outcome", outcome);
  }
  fail(failure) {
    this.failure = failure;
    this.set("outcome", failure.outcome);
  }
  sawStatus(status) {
    const changed = this.values.get("status") !== status;
    if (this.progress === "setup_unknown" && status !== "UNINITIALISED") {
      this.progress = "setup_running";
    }
    if (changed) this.timeline.push({ what: status, atMs: this.elapsedMs });
    this.set("status", status);
    return changed;
  }
  sawBatch(batch) {
    this.batchName = batch.name;
    this.set("total_task_count", batch.totalTaskCount);
    this.set("total_task_groups", batch.totalTaskGroups);
    this.set("total_instruction_count", batch.totalInstructionCount);
    const dataset = batch.datasets.find(
      ({ id }) => id === this.values.get("dataset_id"),
    );
    this.set("total_datapoint_count", dataset?.totalDatapointCount);
    return this.sawStatus(batch.status);
  }
}
// ./src/github/messages.ts
const LONGEST_LINE = 1_500;
const STATUS_PAGE = "https://status.prolific.com";
const NETWORK = "api_url, the network and the proxy of the runner";
function explain(error, circumstances) {
  const { redact } = circumstances;
  const { lines, ...rest } = explained(error, circumstances);
  return {
    ...rest,
    lines: lines.map((line) => quote(line, redact, LONGEST_LINE)),
  };
}
function explained(error, circumstances) {
  const { redact } = circumstances;
  if (error instanceof InputError) {
    return failed("Check the inputs of this step", [
      ...error.problems.map((problem) => quote(problem, redact, 400)),
      "Nothing was sent to Prolific.",
    ]);
  }
  if (error instanceof Stop) {
    const { title, what, words, next, answer, commands = [] } = error.parts;
    return failed(title, [
      answer === undefined ? what : `${what} ${answered(answer)}`,
      ...saying(
        words ?? (answer instanceof ApiError ? answer.words : ""),
        redact,
      ),
      ...(next === undefined ? [] : serverTrouble(answer)),
      `${NEXT}${next ?? (answer === undefined ? "" : hint(answer))}`,
      ...commands,
    ]);
  }
  if (isRequestError(error)) {
    return failed(titleOf(error), [
      answered(error),
      ...saying(error instanceof ApiError ? error.words : "", redact),
      ...messages_standing(circumstances),
      `${NEXT}${hint(error)}`,
    ]);
  }
  if (error instanceof DeadlineReached) {
    const after = formatDuration(error.timeoutMs);
    return {
      outcome: "timed_out",
      title: `Timed out after ${after}`,
      lines: [
        `The timeout of ${after} was reached; the batch ${circumstances.status === undefined ? `was not read (check ${NETWORK})` : `was ${circumstances.status} at the last check`}.`,
        ...messages_standing(circumstances),
        ...(circumstances.lastError
          ? [`Last error: ${circumstances.lastError.message}.`]
          : []),
        ...serverTrouble(circumstances.lastError),
        `${NEXT}Run this job again${circumstances.progress === "nothing_sent" ? ". It safely starts over" : ""}. ` +
          "If this much time is normal for your data, raise the input timeout.",
      ],
    };
  }
  if (error instanceof Cancelled) {
    return {
      outcome: "cancelled",
      title: "Cancelled",
      lines: [
        `Cancelled by ${error.signalName}.`,
        ...messages_standing(circumstances),
      ],
    };
  }
  const words =
    error instanceof Error ? (error.stack ?? error.message) : String(error);
  return failed("This action has a defect", [
    `Unexpected: ${words}`,
    ...messages_standing(circumstances),
    NEXT +
      "Please report this message to the authors of the action. Running the job again is safe.",
  ]);
}
function failed(title, lines) {
  return { outcome: "failed", title, lines };
}
function answered(error) {
  const place = `${error.where.method} ${error.where.path}`;
  if (error instanceof ApiError)
    return `${place} answered HTTP ${String(error.status)}.`;
  const why = error instanceof ConnectionError ? error.reason : error.problem;
  return isUnusable(error)
    ? `${place} got a response that cannot be used: ${why}.`
    : `${place} got no response: ${why}.`;
}
function isUnusable(error) {
  return (
    error instanceof ContractError ||
    (error instanceof ConnectionError && error.final)
  );
}
function saying(words, redact) {
  const quoted = quote(words ?? "", redact);
  return quoted === "" ? [] : [`${SAYS}"${quoted}"`];
}
function serverTrouble(error) {
  return error instanceof ApiError && error.status >= 500
    ? [`Prolific may have a problem: see its status page, ${STATUS_PAGE}`]
    : [];
}
function messages_standing({ progress }) {
  switch (progress) {
    case "nothing_sent":
      return ["Prolific accepted nothing in this run."];
    case "copy_unknown":
      return [
        "A POST or PATCH for the new batch or its dataset was in flight, or had no clear response: whether Prolific accepted it is unknown. " +
          "A re-run looks for the new batch first. One without data costs nothing.",
      ];
    case "copy_made":
      return [
        "The new batch is there, and no data and no setup of this run followed. A re-run finds it and goes on from there.",
      ];
    case "setup_unknown":
      return [
        "A POST of the setup was in flight, or had no clear response: whether Prolific accepted it is unknown. " +
          "A re-run looks at the batch first and sends a setup only while it is UNINITIALISED.",
      ];
    case "setup_running":
      return [
        "The setup goes on at Prolific without this step. A re-run resumes waiting and sends nothing.",
      ];
    case "upload_unknown":
      return [
        "An upload or an append was in flight, or had no clear response: whether it arrived is unknown. " +
          "A re-run looks for it first, and brings in only what is not there.",
      ];
    case "data_arrived":
      return [
        "The data has arrived at Prolific, and no setup or sync of this run followed. " +
          "A re-run goes on from there; it uploads nothing twice.",
      ];
    case "ready":
      return ["The batch is READY; nothing is left to do."];
    case "sync_unknown":
      return [
        "A POST of the sync was in flight, or had no clear response: whether Prolific accepted it is unknown. " +
          "A re-run is safe: a sync only makes tasks for datapoints that have none.",
      ];
    case "sync_running":
      return [
        "The sync goes on at Prolific without this step. " +
          "A re-run is safe: a sync only makes tasks for datapoints that have none.",
      ];
  }
}
function titleOf(error) {
  if (!(error instanceof ApiError)) {
    return isUnusable(error)
      ? "Prolific's response cannot be used"
      : "No connection to Prolific";
  }
  if (error.status === 401) return "Prolific does not accept the token";
  if (error.status === 403 || error.status === 404) {
    return `Prolific does not show this ${thing(error.where.path)} to the token's account`;
  }
  if (error.status === 429) return "Prolific asks for fewer requests";
  if (error.status >= 500) return "Prolific has a problem";
  return `Unexpected response from Prolific: HTTP ${String(error.status)}`;
}
function hint(error) {
  if (error instanceof ConnectionError && !error.final) {
    return `Check ${suspect(error.reason)}; then run this job again.`;
  }
  if (!(error instanceof ApiError)) {
    return error.final
      ? "Look at it in Prolific. If everything is fine there, this version of the action is too old for the API: use a newer one."
      : `Check api_url, and Prolific's status page (${STATUS_PAGE}); then run this job again.`;
  }
  const { status } = error;
  if (status === 401) {
    return (
      "Create an API token in Prolific (Settings, API tokens), store it as the repository secret PROLIFIC_TOKEN and " +
      "pass it as api_token: ${{ secrets.PROLIFIC_TOKEN }}. Workflows from forks and Dependabot get no secrets."
    );
  }
  if (status === 403 || status === 404) {
    const what = thing(error.where.path);
    return (
      `Check that the token belongs to an account in the workspace of this ${what}, and that ${what}_id is right: ` +
      `it is in the address of the ${what}'s page in Prolific.`
    );
  }
  if (status === 429) return "Wait a while, then run this job again.";
  if (status >= 500)
    return `Look at Prolific's status page (${STATUS_PAGE}), then run this job again.`;
  if (status >= 300 && status <= 399) {
    return "Check api_url: the action never follows redirects, so it must be the final address.";
  }
  return "Fix what Prolific reports, then run this job again.";
}
function suspect(reason) {
  if (reason.includes("certificate"))
    return "the host of api_url. If its certificate comes from an authority of your own, set NODE_EXTRA_CA_CERTS to that one's PEM file in this step's env";
  if (reason.startsWith("tunneling"))
    return "the proxy in https_proxy (address, credentials, whether it lets this host through), or name the host in no_proxy";
  return NETWORK;
}
function thing(path) {
  return path.includes("/datasets/") ? "dataset" : "batch";
}
// ./src/github/handover/time-chart.ts
const time_chart_SECOND_MS = 1_000;
const LONGEST_SHORT_RUN_MS = 60 * time_chart_SECOND_MS;
const time_chart_DAY_MS = 86_400 * time_chart_SECOND_MS;
const MOST_BARS = 20;
const MIDNIGHT_MS = Date.UTC(2000, 0, 1);
function timeChart({ elapsedMs, failure, phases }) {
  if (elapsedMs <= LONGEST_SHORT_RUN_MS || phases.length < 2) return "";
  const bars = phases
    .map(({ what, atMs }, at) => {
      const endMs = phases[at + 1]?.atMs ?? elapsedMs;
      const ms = inSeconds(endMs) - inSeconds(atMs);
      const isRed = failure !== undefined && at === phases.length - 1;
      return { what, atMs, ms, mark: isRed ? "crit, " : "" };
    })
    .filter(({ ms }) => ms > 0)
    .slice(-MOST_BARS)
    .map(
      ({ what, atMs, ms, mark }) =>
        `  ${what}, ${formatDuration(ms)} :${mark}${timestamp(atMs)}, ${String(ms / time_chart_SECOND_MS)}s`,
    );
  return [
    "<details><summary>Where the time went</summary>\n",
    "```mermaid",
    "gantt",
    "  dateFormat YYYY-MM-DD HH:mm:ss",
    ...(elapsedMs < time_chart_DAY_MS
      ? ["  axisFormat %H:%M:%S"]
      : ["  axisFormat day %-d", "  tickInterval 1day"]),
    "  todayMarker off",
    ...bars,
    "```\n",
    "</details>",
  ].join("\n");
}
function inSeconds(ms) {
  return Math.round(ms / time_chart_SECOND_MS) * time_chart_SECOND_MS;
}
function timestamp(ms) {
  const time = new Date(MIDNIGHT_MS + inSeconds(ms)).toISOString();
  return time.slice(0, 19).replace("T", " ");
}
// ./src/github/summary.ts
const LONGEST_REMARK = 4_000;
const MOST_BYTES_OF_REMARKS = 128 * 1024;
const MOST_BYTES_OF_ROWS = 512 * 1024;
const MOST_MOMENTS = 12;
const HEADLINES = {
  set_up: "✅ The batch is set up and READY",
  accepted: "✅ Prolific accepted the work; this step did not wait for it",
  joined: "✅ The setup was already running; this step joined it",
  already_set_up: "✅ The batch was already set up",
  synced: "✅ The batch is synced and READY",
  dry_run: "✅ Dry run: nothing was changed",
  failed: "❌ Failed: ",
  timed_out: "❌ ",
  cancelled: "⚪ ",
};
function renderSummary(report, redact) {
  const show = (text) => summary_escape(cut(redact(text)));
  const roomForRows = MOST_BYTES_OF_ROWS / Math.max(1, report.rows.length);
  const { outcome = "failed", failure } = report;
  const blocks = [
    `### ${HEADLINES[outcome]}${failure ? show(failure.title) : ""}`,
    ...(failure ? why(failure.lines, show) : []),
    report.copy && `${show(report.copy)}.`,
    report.change && `**${show(report.change)}.**`,
    remarks(report, show),
    table(report, show),
    preview(report),
    timeChart(report),
    ...report.rows.map((rows) => rowTable(rows, show, roomForRows)),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}
function why(lines, show) {
  const next = lines.findIndex((line) => line.startsWith(NEXT));
  const end = next === -1 ? lines.length : next;
  const [what, words] = [false, true].map((said) =>
    lines
      .slice(0, end)
      .filter((line) => line.startsWith(SAYS) === said)
      .map(show)
      .join("<br>"),
  );
  const commands = lines.slice(end + 1).map(show);
  return [
    what ?? "",
    words ? `> ${words}` : "",
    lines[end] ? `**Next:** ${show(lines[end].slice(NEXT.length))}` : "",
    commands.length > 0 ? `<pre>${commands.join("\n")}</pre>` : "",
  ];
}
function remarks({ remarks: texts }, show) {
  const lines = texts.map((text) => `- ${show(text)}`);
  const shown = fitting(lines, MOST_BYTES_OF_REMARKS);
  const left = lines.length - shown.length;
  return [...shown, left > 0 ? `- ${more(left)}` : ""].join("\n").trim();
}
function rowTable({ file, noun, rows, total }, show, mostBytes) {
  const lines = rows.map(
    ({ line, text }) => `| ${line ?? ""} | ${show(text)} |`,
  );
  const shown = fitting(lines, mostBytes);
  const left = total - shown.length;
  return [
    `#### ${counted(total, noun)} in <code>${show(file)}</code>`,
    ["| Line | What is wrong |", "| --: | :-- |", ...shown].join("\n"),
    left > 0 ? more(left) : "",
  ]
    .join("\n\n")
    .trim();
}
function fitting(lines, mostBytes) {
  let bytes = 0;
  const end = lines.findIndex((line) => {
    bytes += Buffer.byteLength(line) + 1;
    return bytes > mostBytes;
  });
  return end === -1 ? lines : lines.slice(0, end);
}
function more(left) {
  return `… and ${figure(left)} more`;
}
function table(report, show) {
  const n = (name) => {
    const value = Number(report.get(name) ?? 0);
    return value === 0 ? undefined : figure(value);
  };
  const code = (text) => text && `<code>${show(text)}</code>`;
  const all = (separator, ...parts) => parts.filter(Boolean).join(separator);
  const tasks = n("total_task_count");
  const groups = Number(report.get("total_task_groups"));
  const seconds = report.get("elapsed_seconds");
  const [rejected, known] = [n("rejected_count"), n("duplicate_count")];
  const accepted = n("accepted_count") ?? (rejected && "0");
  const rows = [
    [
      "Batch",
      all("<br>", show(report.batchName), code(report.get("batch_id"))),
    ],
    ["Copy of", code(report.get("original_batch_id"))],
    ["Status", timeline(report, show)],
    [
      "Tasks",
      tasks && all(" in ", tasks, groups ? counted(groups, "group") : ""),
    ],
    ["Dataset", code(report.get("dataset_id"))],
    ["Datapoints", n("total_datapoint_count")],
    [
      "File records",
      accepted &&
        all(
          ", ",
          `${accepted} accepted${known ? ` (${known} known before)` : ""}`,
          rejected && `${rejected} rejected`,
        ),
    ],
    ["Time", seconds && formatDuration(1_000 * Number(seconds))],
  ]
    .filter(([, cell]) => cell)
    .map((row) => `| ${row.join(" | ")} |`);
  rows.splice(1, 0, "| :-- | :-- |");
  return rows.length > 2 ? rows.join("\n") : "";
}
function timeline({ timeline: moments }, show) {
  const steps = moments
    .slice(-MOST_MOMENTS)
    .map(
      ({ what, atMs }, at) =>
        `<code>${show(what)}</code>${at > 0 ? ` after ${formatDuration(atMs)}` : ""}`,
    );
  if (moments.length > MOST_MOMENTS) steps.unshift("…");
  return steps.join(" → ");
}
function preview(report) {
  const target = report
    .get("preview_url")
    ?.replace(
      /[\s()<>[\]`*\\]/g,
      (character) =>
        `%${character.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`,
    );
  return target ? `[Preview a task group in Prolific](${target})` : "";
}
function cut(text) {
  return text.length > LONGEST_REMARK
    ? `${text.slice(0, LONGEST_REMARK)}…`
    : text;
}
function summary_escape(text) {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(
      /(?<=www|^\d+)\.|(?<=^\d+)\)|:(?! |$)|(?<!\w)-|[!#$&*+<->@[-`{-~]/gi,
      (character) => `&#${String(character.charCodeAt(0))};`,
    );
}
// ./src/prolific/fields.ts
class Fields {
  values_;
  where;
  constructor(json, where) {
    this.where = where;
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new ContractError(where, "the response is not a JSON object");
    }
    this.values_ = json;
  }
  error(problem, options) {
    return new ContractError(this.where, `the response ${problem}`, options);
  }
  get json() {
    return this.values_;
  }
  raw(name) {
    return this.values_[name];
  }
  optionalString(name) {
    const value = this.values_[name];
    return typeof value === "string" ? value : undefined;
  }
  optionalText(name) {
    const value = this.optionalString(name);
    return value === "" ? undefined : value;
  }
  id(name) {
    const value = this.values_[name];
    if (typeof value === "string" && value !== "") return value.toLowerCase();
    throw this.error(`has no "${name}"`);
  }
  optionalCount(name) {
    const value = this.values_[name];
    return Number.isSafeInteger(value) && Number(value) >= 0
      ? Number(value)
      : undefined;
  }
  count(name) {
    const value = this.optionalCount(name);
    if (value === undefined) throw this.error(`has no count in "${name}"`);
    return value;
  }
  oneOf(name, words) {
    const value = this.values_[name];
    if (typeof value !== "string" || value === "")
      throw this.error(`has no "${name}"`);
    const word = words.find((known) => known === value);
    if (word !== undefined) return word;
    throw this.error(
      `has the ${name} "${value}", which this action does not know`,
      {
        final: true,
      },
    );
  }
  list(name) {
    if (!Array.isArray(this.values_[name]))
      throw this.error(`has no list "${name}"`);
    return this.optionalList(name);
  }
  optionalList(name) {
    const value = this.values_[name];
    return Array.isArray(value)
      ? value.map((item) => new Fields(item, this.where))
      : [];
  }
  optionalRecord(name) {
    const value = this.values_[name];
    return new Fields(
      typeof value === "object" && value !== null ? value : {},
      this.where,
    );
  }
  entries() {
    return Object.keys(this.values_).map((key) => [
      key,
      this.optionalRecord(key),
    ]);
  }
}
// ./src/prolific/schema.ts
const BATCH_STATUSES = ["UNINITIALISED", "PROCESSING", "READY", "ERROR"];
const IMPORT_STATUSES = [
  "uninitialised",
  "queued",
  "processing",
  "complete",
  "partial",
  "failed",
  "pending_schema",
];
const SYNC_STATUSES = ["queued", "processing", "complete", "failed"];
const parseBatch = (json, where) => {
  const batch = new Fields(json, where);
  return {
    id: batch.id("id"),
    name: batch.optionalString("name") ?? "",
    workspaceId: batch.optionalText("workspace_id"),
    status: batch.oneOf("status", BATCH_STATUSES),
    datasets: batch.list("datasets").map((dataset) => ({
      id: dataset.id("id"),
      totalDatapointCount: dataset.optionalCount("total_datapoint_count"),
    })),
    totalTaskCount: batch.count("total_task_count"),
    totalTaskGroups: batch.optionalCount("total_task_groups"),
    totalInstructionCount: batch.optionalCount("total_instruction_count"),
    hasLayout: batch.optionalList("batch_items").length > 0,
    autoSyncEnabled: batch.raw("auto_sync_enabled") === true,
    createdAt: batch.optionalText("created_at"),
  };
};
function parseBatchList(isWanted) {
  return (json, where) => {
    const answer = new Fields(json, where);
    const found = new Map(
      answer.list("results").map((batch) => [batch.id("id"), batch]),
    );
    const batches = [...found.values()]
      .filter((batch) => isWanted(batch.optionalString("name") ?? ""))
      .map((batch) => parseBatch(batch.json, where));
    const count = answer.optionalRecord("meta").count("count");
    return { batches, listed: found.size, count };
  };
}
const parseCreated = (json, where) => new Fields(json, where).id("id");
const parseBatchStatus = (json, where) =>
  new Fields(json, where).oneOf("status", BATCH_STATUSES);
const parseDataset = (json, where) => {
  const dataset = new Fields(json, where);
  const base = {
    id: dataset.id("id"),
    name: dataset.optionalString("name") ?? "",
    totalDatapointCount: dataset.count("total_datapoint_count"),
  };
  switch (datasetVersion(dataset)) {
    case 3:
      return {
        ...base,
        version: 3,
        status: dataset.oneOf("status", BATCH_STATUSES),
        groupsItself: dataset.raw("has_predetermined_grouping_id") === true,
        filename: dataset.optionalString("filename"),
      };
    case 4: {
      const schema = datasetSchema(dataset);
      return {
        ...base,
        version: 4,
        imports: dataset.optionalList("imports").map(importJob),
        schema,
        groupsItself: [...(schema?.fields.values() ?? [])].includes(
          "task_group_id",
        ),
      };
    }
  }
};
function datasetSchema(dataset) {
  if ((dataset.raw("schema") ?? null) === null) return undefined;
  const schema = dataset.optionalRecord("schema");
  const fields = schema
    .optionalRecord("fields")
    .entries()
    .map(([key, field]) => [key, field.optionalString("type") ?? ""]);
  return {
    strict: schema.raw("strict") === true,
    fields: new Map(fields),
    json: schema.json,
  };
}
function datasetVersion(dataset) {
  const given = dataset.raw("schema_version");
  if (given === undefined || given === null) {
    if (Array.isArray(dataset.raw("imports"))) return 4;
    if (typeof dataset.raw("status") === "string") return 3;
    throw dataset.error("says neither its schema_version nor a status", {
      final: true,
    });
  }
  const scalar = typeof given === "number" || typeof given === "string";
  const version = scalar ? Number(given) : NaN;
  if (version === 3 || version === 4) return version;
  throw dataset.error(
    `has the schema_version ${JSON.stringify(given)}, not 3 or 4`,
    {
      final: true,
    },
  );
}
const parseImportJob = (json, where) => importJob(new Fields(json, where));
function importJob(job) {
  return {
    id: job.optionalString("import_id") ?? "",
    filename: job.optionalString("filename"),
    status: job.oneOf("status", IMPORT_STATUSES),
    acceptedCount: job.optionalCount("accepted_count"),
    rejectedCount: job.optionalCount("rejected_count"),
    duplicateCount: job.optionalCount("duplicate_count"),
    writtenCount: job.optionalCount("written_count"),
    processedOffset: job.optionalCount("processed_offset"),
    errors: job.optionalList("errors").map(recordError),
    reason: job.optionalString("reason"),
  };
}
function recordError(error) {
  return {
    recordIndex: error.optionalCount("record_index"),
    field: error.optionalString("field"),
    reason: error.optionalString("reason"),
  };
}
const parseUploadTarget = (json, where) => {
  const target = new Fields(json, where);
  const url = target.optionalString("upload_url") ?? "";
  if (!URL.canParse(url)) throw target.error('has no URL in "upload_url"');
  return {
    url,
    method: target.oneOf("http_method", ["PUT", "POST"]),
    contentType: target.optionalText("content_type"),
    importId: target.optionalText("import_id"),
  };
};
const parseAppendResult = (json, where) => {
  const result = new Fields(json, where);
  return {
    accepted: result.count("accepted"),
    rejected: result.count("rejected"),
    errors: result.optionalList("errors").map(recordError),
  };
};
const parseSyncJob = (json, where) => {
  const job = new Fields(json, where);
  return {
    id: job.id("sync_id"),
    status: job.oneOf("status", SYNC_STATUSES),
    tasksCreated: job.optionalCount("tasks_created"),
    groupsCreated: job.optionalCount("groups_created"),
    reason: job.optionalString("reason"),
  };
};
const parseIds = (json, where) => {
  const isId = (id) => typeof id === "string" && id !== "";
  if (Array.isArray(json) && json.every(isId)) return json;
  throw new ContractError(where, "the response is not a list of ids");
};
// ./src/prolific/client.ts
const DATASET_MAX_BODY_BYTES = 64 * 2 ** 20;
class Prolific {
  api;
  constructor(api) {
    this.api = api;
  }
  batch(id, options) {
    return this.api.get(`/batches/${id}`, withId(id, parseBatch), options);
  }
  batchStatus(id, options) {
    return this.api.get(`/batches/${id}/status`, parseBatchStatus, options);
  }
  setUp(id, request, options) {
    return this.api.postForStatus(
      `/batches/${id}/setup`,
      request,
      [202, 200, 204],
      options,
    );
  }
  startSync(batchId, options) {
    return this.api.post(
      `/batches/${batchId}/sync`,
      parseSyncJob,
      [202, 200],
      options,
    );
  }
  sync(batchId, syncId, options) {
    const path = `/batches/${batchId}/syncs/${encodeURIComponent(syncId)}`;
    return this.api.get(path, parseSyncJob, options);
  }
  taskGroups(batchId, options) {
    return this.api.get(`/batches/${batchId}/task-groups`, parseIds, options);
  }
  batches(workspaceId, isWanted, options) {
    const path = `/batches?workspace_id=${encodeURIComponent(workspaceId)}`;
    return this.api.get(path, parseBatchList(isWanted), {
      maxBodyBytes: DATASET_MAX_BODY_BYTES,
      ...options,
    });
  }
  duplicate(id, name, options) {
    return this.api.sendJson(
      "POST",
      `/batches/${id}/duplicate`,
      { name, upload_new_dataset: true },
      parseCreated,
      [201, 200],
      options,
    );
  }
  createDataset(request, options) {
    return this.api.sendJson(
      "POST",
      "/datasets",
      request,
      parseCreated,
      [201, 200],
      options,
    );
  }
  attachDataset(batchId, datasetId, options) {
    return this.api.sendJson(
      "PATCH",
      `/batches/${batchId}`,
      { dataset_id: datasetId },
      parseCreated,
      [200],
      options,
    );
  }
  dataset(id, options) {
    return this.api.get(`/datasets/${id}`, withId(id, parseDataset), {
      maxBodyBytes: DATASET_MAX_BODY_BYTES,
      ...options,
    });
  }
  uploadTarget(datasetId, filename, options) {
    const path = `/datasets/${datasetId}/upload-url/${encodeURIComponent(filename)}`;
    return this.api.get(path, parseUploadTarget, options, [201, 200]);
  }
  importJob(datasetId, importId, options) {
    const path = `/datasets/${datasetId}/imports/${encodeURIComponent(importId)}`;
    return this.api.get(path, parseImportJob, {
      maxBodyBytes: DATASET_MAX_BODY_BYTES,
      ...options,
    });
  }
  append(datasetId, records, options) {
    const body = { type: "application/x-ndjson", text: records.text };
    return this.api.post(
      `/datasets/${datasetId}/datapoints`,
      forAll(records.count),
      [200],
      options,
      body,
    );
  }
}
function forAll(count) {
  return (json, where) => {
    const result = parseAppendResult(json, where);
    if (result.accepted + result.rejected === count) return result;
    throw new ContractError(
      where,
      `the response accounts for ${String(result.accepted + result.rejected)} of ${String(count)} records`,
    );
  };
}
function withId(id, parse) {
  return (json, where) => {
    const value = parse(json, where);
    if (value.id === id) return value;
    throw new ContractError(where, "the response is about another id");
  };
}
// ./src/version.ts
const VERSION = "0.1.0";
// ./src/prolific/error-body.ts
function errorWords(body) {
  const json = parseJson(body);
  if (!isRecord(json)) return plainText(typeof json === "string" ? json : body);
  const envelope = isRecord(json.error) ? json.error : {};
  const detail = texts(envelope.detail);
  const words = [
    ...(detail.length > 0 ? detail : texts(envelope.title)),
    ...texts(envelope.additional_information),
    ...texts(json.message),
    ...texts(json.detail),
    ...(Array.isArray(json.issues) ? json.issues.flatMap(issue) : []),
    ...(typeof json.error === "string" ? [json.error] : []),
  ];
  if (words.length === 0) return body.trim();
  let all = "";
  for (const text of new Set(words.map((word) => word.trim()))) {
    const glue = /[.!?:;]/.test(all.at(-1) ?? "") ? " " : "; ";
    all += all === "" ? text : glue + text;
    if (all.length > SEARCHED_CHARACTERS) break;
  }
  return all;
}
const DEEPEST = 4;
function texts(value, depth = 0) {
  if (typeof value === "string") return value.trim() === "" ? [] : [value];
  if (depth > DEEPEST) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item) => texts(item, depth + 1));
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([field, problems]) =>
    texts(problems, depth + 1).map((problem) => `${field}: ${problem}`),
  );
}
function issue(value) {
  if (!isRecord(value)) return [];
  const place = ["page", "row", "column", "item"]
    .filter((name) => typeof value[name] === "number")
    .map((name) => `${name} ${String(value[name])}`)
    .join(", ");
  return texts(value.message).map((message) =>
    place ? `${message} (${place})` : message,
  );
}
const SEARCHED_CHARACTERS = 16_384;
function plainText(body) {
  if (!/^\s*</.test(body)) return body.trim();
  return body
    .slice(0, SEARCHED_CHARACTERS)
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, " ")
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
function parseJson(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
// ./src/prolific/retry.ts
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;
const SHORTEST_PAUSE_AFTER_429_MS = 2_000;
const DECIDING_TRIES = 5;
function isTransient(error) {
  if (error instanceof ApiError) {
    return [408, 425, 429].includes(error.status) || error.status >= 500;
  }
  return (
    (error instanceof ConnectionError || error instanceof ContractError) &&
    !error.final
  );
}
function pauseBeforeRetry(attempt, error, random) {
  if (
    error instanceof ApiError &&
    error.retryAfterMs !== undefined &&
    error.retryAfterMs > 0
  ) {
    return error.retryAfterMs;
  }
  return (
    random *
    Math.min(
      LONGEST_BACKOFF_MS,
      FIRST_BACKOFF_MS * 2 ** Math.min(attempt - 1, 10),
    )
  );
}
const HTTP_DATE = /^(mon|tue|wed|thu|fri|sat|sun).*\b\d\d:\d\d:\d\d\b/i;
function parseRetryAfter(value, date, timeOfDayMs) {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const until = HTTP_DATE.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(until)) return undefined;
  const now = Date.parse(date ?? "");
  return Math.max(0, until - (Number.isNaN(now) ? timeOfDayMs : now));
}
async function readPatiently(call, policy) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      const again = isTransient(error) || policy.isLag?.(error) === true;
      if (!(error instanceof Error) || !again || attempt === policy.tries)
        throw error;
      const pauseMs = pauseBeforeRetry(attempt, error, policy.random());
      policy.onRetry?.(error, pauseMs);
      await policy.sleep(pauseMs);
    }
  }
}
// ./src/prolific/exchange.ts
const REQUEST_LIMIT_MS = 30_000;
const MIB = 2 ** 20;
const JSON_TYPE = "application/json";
const USER_AGENT = `prolific-setup-batch/${VERSION}`;
class Exchange {
  options;
  basePath;
  constructor(options) {
    this.options = options;
    this.basePath = `${options.apiUrl}/api/v1/data-collection`;
  }
  get(path, parse, options, successes = [200]) {
    return this.json({ method: "GET", path, ...options }, parse, successes);
  }
  post(path, parse, successes, options, body) {
    const call = { method: "POST", path, body, ...options };
    return this.json(call, parse, successes);
  }
  sendJson(method, path, json, parse, successes, options) {
    const body = { type: JSON_TYPE, text: JSON.stringify(json) };
    return this.json({ method, path, body, ...options }, parse, successes);
  }
  async postForStatus(path, json, successes, options) {
    const call = {
      method: "POST",
      path,
      body: { type: JSON_TYPE, text: JSON.stringify(json) },
      statusOnly: true,
      ...options,
    };
    const { reply, where } = await this.send(call);
    if (!successes.includes(reply.status)) throw this.refusal(reply, where);
    return reply.status;
  }
  async json(call, parse, successes) {
    const { reply, where } = await this.send(call);
    if (!successes.includes(reply.status)) throw this.refusal(reply, where);
    if (reply.cut) {
      throw call.signal.aborted ? reasonOf(call.signal) : reply.cut;
    }
    let json;
    try {
      json = JSON.parse(reply.body.replace(/^\uFEFF/, ""));
    } catch {
      throw new ContractError(where, "the response is not JSON");
    }
    return parse(json, where);
  }
  async send(call) {
    const { send, clock, token, debug } = this.options;
    const { method, signal, attempt = 1, limitMs = REQUEST_LIMIT_MS } = call;
    const url = this.basePath + call.path;
    const where = { method, path: new URL(url).pathname };
    signal.throwIfAborted();
    const startedAt = clock.now();
    const took = () =>
      `${String(Math.round(clock.now() - startedAt))} ms, try ${String(attempt)}`;
    const tooLong = new Error(
      `no complete response within ${formatDuration(limitMs)}`,
    );
    const limit = timeLimit(clock, limitMs, tooLong, signal);
    try {
      const reply = await send(
        {
          method,
          url,
          headers: {
            Accept: "application/json",
            Authorization: `Token ${token}`,
            "Content-Type": call.body?.type ?? JSON_TYPE,
            "User-Agent": USER_AGENT,
          },
          ...(call.body === undefined ? {} : { body: call.body.text }),
        },
        {
          signal: limit.signal,
          maxBodyBytes: call.maxBodyBytes ?? 5 * MIB,
          statusOnly: call.statusOnly === true,
        },
      );
      debug(
        `${method} ${where.path} -> HTTP ${String(reply.status)} (${took()})`,
      );
      if (reply.cut) debug(reply.cut.message);
      return { reply, where };
    } catch (error) {
      if (signal.aborted) {
        debug(
          `${method} ${where.path} -> given up: ${reasonOf(signal).message} (${took()})`,
        );
        throw reasonOf(signal);
      }
      const why =
        error instanceof ConnectionError ? error.reason : String(error);
      debug(`${method} ${where.path} -> no response: ${why} (${took()})`);
      throw error;
    } finally {
      limit.release();
    }
  }
  refusal(reply, where) {
    const { "retry-after": retryAfter, date } = reply.headers;
    return new ApiError(
      where,
      reply.status,
      errorWords(reply.body),
      parseRetryAfter(retryAfter, date, this.options.clock.timeOfDay()),
    );
  }
}
// ./src/prolific/storage.ts
const STALL_LIMIT_MS = 60_000;
const SHORTEST_SECRET = 16;
class Storage {
  options;
  constructor(options) {
    this.options = options;
  }
  accept({ url }, path) {
    const { apiUrl, mask } = this.options;
    secretsOf(url).forEach(mask);
    const parsed = new URL(url);
    const sandbox = isLoopback(new URL(apiUrl));
    if (parsed.protocol === "https:" || (sandbox && isProtected(parsed)))
      return;
    throw new ContractError(
      { method: "GET", path },
      'the response has an "upload_url" that is not https',
      { final: true },
    );
  }
  async put(target, file, { signal, attempt }) {
    const { upload, clock, debug } = this.options;
    const { method, url } = target;
    const where = { method, path: `to ${new URL(url).host}` };
    signal.throwIfAborted();
    const startedAt = clock.now();
    const say = (what) => {
      const ms = String(Math.round(clock.now() - startedAt));
      debug(
        `${method} ${where.path} -> ${what} (${ms} ms, try ${String(attempt)})`,
      );
    };
    let reply;
    try {
      reply = await upload(
        { method, url, ...file },
        { signal, stallMs: STALL_LIMIT_MS },
      );
    } catch (error) {
      say(error instanceof ConnectionError ? error.reason : "given up");
      throw signal.aborted ? reasonOf(signal) : error;
    }
    say(`HTTP ${String(reply.status)}`);
    if (reply.status >= 200 && reply.status <= 299) return;
    const { "retry-after": retryAfter, date } = reply.headers;
    throw new ApiError(
      where,
      reply.status,
      withoutAddress(errorWords(reply.body), url),
      parseRetryAfter(retryAfter, date, clock.timeOfDay()),
    );
  }
}
function secretsOf(url) {
  const { href, pathname, search, searchParams } = new URL(url);
  const values = [...searchParams.values()].filter(
    (value) => value.length >= SHORTEST_SECRET,
  );
  return [
    url,
    href,
    ...(search === "" ? [] : [pathname + search, search.slice(1), ...values]),
  ];
}
const PUBLIC_PARAMETER =
  /(algorithm|content-sha256|date|expires|region|signedheaders|version)$/i;
const SHORTEST_ECHO = 4;
function withoutAddress(words, url) {
  const parts = echoesOf(url)
    .filter((part) => part.length >= SHORTEST_ECHO && words.includes(part))
    .sort((one, other) => other.length - one.length)
    .map(asWholeWord);
  return parts.length === 0
    ? words
    : words.replace(new RegExp(parts.join("|"), "gu"), "***");
}
function asWholeWord(part) {
  const literal = part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const begins = /^[\p{L}\p{N}]/u.test(part) ? "(?<![\\p{L}\\p{N}])" : "";
  const ends = /[\p{L}\p{N}]$/u.test(part) ? "(?![\\p{L}\\p{N}])" : "";
  return begins + literal + ends;
}
function echoesOf(url) {
  const { pathname, search, searchParams } = new URL(url);
  const segments = pathname.split("/").slice(1);
  const paths = segments
    .slice(0, -1)
    .map((_, from) => segments.slice(from).join("/"));
  const pairs = search.slice(1).split("&");
  const values = [...searchParams]
    .filter(([name]) => !PUBLIC_PARAMETER.test(name))
    .flatMap(([, value]) => [value, ...value.split("/").filter(isSigned)]);
  return [pathname, ...paths, ...pairs, ...values].flatMap((part) => [
    part,
    decoded(part),
    encodeURIComponent(part),
  ]);
}
function isSigned(part) {
  return part.length >= SHORTEST_SECRET;
}
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
// ./src/steps/batch/read-batch.ts
async function readBatch(tools, how) {
  const { inputs, prolific, patience } = tools;
  return sawBatch(
    tools,
    await patience.read(how, (options) =>
      prolific.batch(inputs.batchId, options),
    ),
  );
}
async function readBatchOnce(tools, limitMs) {
  const { inputs, prolific, patience } = tools;
  return sawBatch(
    tools,
    await patience.readOnce(
      (options) => prolific.batch(inputs.batchId, options),
      limitMs,
    ),
  );
}
function sawBatch(tools, batch) {
  const { log, patience, report } = tools;
  if (report.get("status") === undefined) {
    log.say(`Batch ${batch.id}: "${quote(batch.name, log.runner.redact)}"`);
  }
  if (report.sawBatch(batch)) sayStatus(tools, batch.status);
  return { value: batch, at: patience.now() };
}
async function readStatus(tools, how) {
  const { inputs, prolific, patience, report } = tools;
  const status = await patience.read(how, (options) =>
    prolific.batchStatus(inputs.batchId, options),
  );
  if (report.sawStatus(status)) sayStatus(tools, status);
  return status;
}
function sayStatus({ log, report }, status) {
  log.say(
    `Batch status: ${status} (after ${formatDuration(report.elapsedMs)})`,
  );
}
// ./src/steps/batch/confirm-setup.ts
const LIMIT_MS = 20_000;
const PAUSES_OF_LOOKS_MS = [1_000, 2_000, 3_000, 4_000, 4_000, 4_000];
async function confirmSetup(tools, before) {
  const { log, patience } = tools;
  const until = patience.now() + LIMIT_MS;
  let batch = { value: before, at: patience.now() };
  for (const pauseMs of PAUSES_OF_LOOKS_MS) {
    try {
      await patience.pause(pauseMs);
      const leftMs = until - patience.now();
      if (leftMs <= 0) break;
      batch = await readBatchOnce(tools, leftMs);
      if (batch.value.status !== "UNINITIALISED") break;
    } catch (error) {
      if (error instanceof DeadlineReached) break;
      const unknownWord = error instanceof ContractError && error.final;
      if (!isRequestError(error) || unknownWord) throw error;
      log.debug(`The move was not seen: ${error.message}`);
    }
  }
  return { confirmed: true, batch };
}
// ./src/steps/batch/find-preview.ts
const APPLICATION_URL = "https://app.prolific.com";
const find_preview_LIMIT_MS = 5_000;
async function findPreview({ inputs, log, patience, prolific, report }) {
  const { batchId } = inputs;
  try {
    const [first] = await patience.readOnce(
      (options) => prolific.taskGroups(batchId, options),
      find_preview_LIMIT_MS,
    );
    if (first !== undefined) {
      const group = encodeURIComponent(first);
      const url = `${APPLICATION_URL}/data-collection-tool/batches/${batchId}/task-groups/${group}?preview=true`;
      report.set("preview_url", url);
      log.say(`Preview: ${url}`);
    }
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    log.debug(`No preview: ${String(error)}`);
  }
  return { previewed: true };
}
// ./src/prolific/post.ts
const REFUSALS = [400, 401, 403, 404, 405, 409, 422];
async function attempt(post) {
  try {
    return { kind: "accepted", value: await post() };
  } catch (error) {
    if (error instanceof ApiError) {
      if (error.status === 429) return { kind: "too_many_requests", error };
      return REFUSALS.includes(error.status)
        ? { kind: "refused", error }
        : { kind: "unknown", error };
    }
    if (error instanceof ConnectionError && !error.sent)
      return { kind: "not_sent", error };
    if (isRequestError(error)) return { kind: "unknown", error };
    throw error;
  }
}
// ./src/steps/tools.ts
async function couldNotConnect({ log, patience }, tries, error) {
  log.sayOfTry(
    tries,
    `Could not connect, nothing was sent; retrying: ${error.reason}`,
  );
  await patience.backOff(tries, error);
}
async function sendOut(tools, meaning, request) {
  const { patience, report } = tools;
  const { signal } = patience;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const result = await send(report, meaning, () =>
      request({ signal, attempt }),
    );
    if (result.kind !== "not_sent") return result;
    await couldNotConnect(tools, attempt, result.error);
  }
}
async function send(report, { unanswered, accepted }, post) {
  const before = report.progress;
  report.progress = unanswered;
  const result = await attempt(post);
  if (result.kind === "accepted") report.progress = accepted;
  if (result.kind === "refused" || result.kind === "not_sent") {
    report.progress = before;
  }
  return result;
}
// ./src/steps/batch/set-up.ts
const PAUSES_AFTER_REFUSAL_MS = [0, 2_500, 2_500];
const PAUSES_IN_GRACE_MS = [1_000, 2_000, 3_000, 4_000, 5_000, 5_000];
const SETUPS_AT_MOST = 2;
const MEANING = {
  unanswered: "setup_unknown",
  accepted: "setup_running",
};
function set_up_setUp(tools, batch, dataset) {
  sayReady(tools, dataset);
  return new Launch(tools, batch, dataset.id).untilAccepted();
}
function sayReady({ log }, dataset) {
  const { id, version, totalDatapointCount } = dataset;
  log.say(
    `Dataset ${id} (V${String(version)}) is ready: ${counted(totalDatapointCount, "datapoint")}`,
  );
  if (dataset.version !== 4) return;
  for (const job of dataset.imports) {
    if (job.status !== "uninitialised") continue;
    log.say(`Its import ${job.id} never received a file, so it is ignored`);
  }
}
class Launch {
  tools;
  datasetId;
  attachedBefore;
  seen;
  setups = 0;
  askedToWait = 0;
  mayBeOurs = false;
  constructor(tools, before, datasetId) {
    this.tools = tools;
    this.datasetId = datasetId;
    this.attachedBefore = this.isAttached(before.value);
    const at = tools.patience.now() - before.ageMs;
    this.seen = { value: before.value, at };
  }
  async untilAccepted() {
    try {
      for (let tries = 1; ; tries++) {
        const moved = tries > 1 ? await this.movedSinceLastRead() : undefined;
        const launched = moved ?? (await this.setUp(tries));
        if (launched) return launched;
      }
    } catch (error) {
      if (!(error instanceof DeadlineReached) || !this.mayBeOurs) throw error;
      const launched = this.moved(await this.read("last"));
      if (launched) return launched;
      throw error;
    }
  }
  async movedSinceLastRead() {
    const ageMs = this.tools.patience.now() - this.seen.at;
    return ageMs > FRESH_MS ? this.movedNow() : undefined;
  }
  async movedNow() {
    const batch = await this.read("waiting");
    if (!this.mayBeOurs) this.attachedBefore = this.isAttached(batch);
    return this.moved(batch);
  }
  moved(batch) {
    if (batch.status === "ERROR" || this.isOther(batch)) {
      return { batch: this.seen };
    }
    return batch.status === "UNINITIALISED" ? undefined : this.launched();
  }
  isOther(batch) {
    return batch.datasets.length > 0 && !this.isAttached(batch);
  }
  async read(how) {
    this.seen = await readBatch(this.tools, how);
    return this.seen.value;
  }
  launched(certain = true) {
    const { log, patience } = this.tools;
    patience.writeError = undefined;
    const { seen: batch } = this;
    const setups = this.setups + this.askedToWait;
    if (this.mayBeOurs) return { batch, setup: { by: "us", setups, certain } };
    log.say(
      "Someone else has set up the batch in the meantime; nothing to send",
    );
    return { batch, setup: { by: "somebody_else", setups: 0, certain } };
  }
  async setUp(tries) {
    const { log, patience } = this.tools;
    const result = await this.post(tries);
    switch (result.kind) {
      case "accepted":
        this.setups++;
        log.say(`Prolific accepted the setup (HTTP ${String(result.value)})`);
        return this.launched(result.value === 202);
      case "not_sent":
        await couldNotConnect(this.tools, tries, result.error);
        return undefined;
      case "too_many_requests":
        this.askedToWait++;
        log.sayOfTry(
          tries,
          "Prolific asks to wait (HTTP 429); retrying if the batch has not changed by then",
        );
        await patience.backOff(
          tries,
          result.error,
          SHORTEST_PAUSE_AFTER_429_MS,
        );
        return this.movedNow();
      case "refused":
        return this.afterRefusal(result.error);
      case "unknown":
        this.setups++;
        log.say(
          `No clear response; checking whether the batch changes: ${result.error.message}`,
        );
        return this.inGracePeriod(result.error);
    }
  }
  async post(tries) {
    const { inputs, log, patience, prolific, report } = this.tools;
    const { batchId, datasetId, tasksPerGroup } = inputs;
    const request = {
      ...(datasetId === undefined ? {} : { dataset_id: datasetId }),
      ...(tasksPerGroup === undefined
        ? {}
        : { tasks_per_group: tasksPerGroup }),
    };
    const { signal } = patience;
    signal.throwIfAborted();
    const json = JSON.stringify(request);
    log.sayOfTry(tries, `Sending the setup${json === "{}" ? "" : `: ${json}`}`);
    const before = this.mayBeOurs;
    this.mayBeOurs = true;
    const result = await send(report, MEANING, () =>
      prolific.setUp(batchId, request, { signal, attempt: tries }),
    );
    if (result.kind === "not_sent" || result.kind === "refused")
      this.mayBeOurs = before;
    return result;
  }
  async afterRefusal(error) {
    const { inputs, log, patience } = this.tools;
    try {
      for (const pauseMs of PAUSES_AFTER_REFUSAL_MS) {
        await patience.pause(pauseMs);
        const status = await readStatus(this.tools, "deciding");
        if (status === "UNINITIALISED" || status === "ERROR") continue;
        const batch = await this.read("deciding");
        return this.isOther(batch) ? { batch: this.seen } : this.launched();
      }
    } catch (problem) {
      if (problem instanceof Cancelled || problem instanceof Stop)
        throw problem;
      log.debug(
        `Could not look at the batch after the refusal: ${String(problem)}`,
      );
    }
    throw new Stop({
      title: "Prolific refused the setup",
      what: `Prolific refused to set up batch ${inputs.batchId}.`,
      next: this.mayBeOurs
        ? "An earlier setup of this run had no clear response: look at the batch in Prolific, then run this job again."
        : undefined,
      answer: error,
    });
  }
  async inGracePeriod(error) {
    const { log, patience } = this.tools;
    patience.writeError = error;
    for (const pauseMs of PAUSES_IN_GRACE_MS) {
      await patience.pause(pauseMs);
      const batch = await this.read("waiting").catch((problem) => {
        throw isRequestError(problem)
          ? this.unknownOutcome(
              error,
              `the batch cannot be read (${problem.message})`,
            )
          : problem;
      });
      const attachedNow = !this.attachedBefore && this.isAttached(batch);
      const touched = batch.totalTaskCount > 0 || attachedNow;
      const launched =
        this.moved(batch) ?? (touched ? this.launched() : undefined);
      if (launched) {
        if (launched.setup)
          log.say("The batch has changed: Prolific accepted the setup");
        return launched;
      }
    }
    if (this.setups >= SETUPS_AT_MOST) {
      throw this.unknownOutcome(
        error,
        "the batch had not changed 20 s after the last one",
      );
    }
    log.say("The batch has not changed after 20 s; sending the setup again");
    return undefined;
  }
  unknownOutcome(error, why) {
    return new Stop({
      title: "Unknown whether Prolific accepted the setup",
      what:
        `${counted(this.setups, "POST")} to set up batch ${this.tools.inputs.batchId} had no clear response, ` +
        `and ${why}.`,
      next: "Run this job again: it looks at the batch first, and sends a setup only while the batch is UNINITIALISED.",
      answer: error,
    });
  }
  isAttached(batch) {
    return batch.datasets.some(({ id }) => id === this.datasetId);
  }
}
// ./src/steps/batch/wait-for-batch.ts
async function waitForBatch(tools, batch) {
  const { patience } = tools;
  const startedAt = patience.now();
  try {
    for (;;) {
      await patience.untilNextCheck(startedAt);
      const settled = await readIfSettled(tools, "waiting", batch);
      if (settled) return settled;
    }
  } catch (error) {
    const settled =
      error instanceof DeadlineReached
        ? await readIfSettled(tools, "last", batch)
        : undefined;
    if (settled) return settled;
    throw error;
  }
}
async function readIfSettled(tools, how, batch) {
  const status = await readStatus(tools, how);
  switch (status) {
    case "READY": {
      const whole = await readBatch(tools, "last");
      return whole.value.status === "READY" ? whole : undefined;
    }
    case "ERROR":
      return { value: { ...batch, status }, at: tools.patience.now() };
    case "UNINITIALISED":
    case "PROCESSING":
      return undefined;
  }
}
// ./src/steps/batch/sync.ts
const SYNCS_AT_MOST = 2;
const LAG_MS = 10_000;
const sync_MEANING = {
  unanswered: "sync_unknown",
  accepted: "sync_running",
};
async function startSync(tools, { totalTaskCount: tasksBefore }) {
  const { inputs, log, patience, prolific, report } = tools;
  const { batchId } = inputs;
  const { signal } = patience;
  let syncs = 0;
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    log.sayOfTry(tries, "Starting a sync");
    const result = await send(report, sync_MEANING, () =>
      prolific.startSync(batchId, { signal, attempt: tries }),
    );
    switch (result.kind) {
      case "accepted": {
        const job = result.value;
        patience.writeError = undefined;
        report.set("sync_id", job.id);
        log.say(`Prolific accepted the sync ${job.id}`);
        return { sync: { job, tasksBefore, ended: false } };
      }
      case "refused":
        throw new Stop({
          title: "Prolific refused the sync",
          what: `Prolific refused to sync batch ${batchId}.`,
          answer: result.error,
        });
      case "unknown":
        if (++syncs >= SYNCS_AT_MOST)
          throw unknownOutcome(batchId, result.error);
        break;
      case "not_sent":
      case "too_many_requests":
        break;
    }
    log.sayOfTry(
      tries,
      `The sync was not accepted yet; retrying: ${result.error.message}`,
    );
    const leastMs =
      result.kind === "not_sent" ? 0 : SHORTEST_PAUSE_AFTER_429_MS;
    await patience.backOff(tries, result.error, leastMs);
  }
}
function unknownOutcome(batchId, error) {
  return new Stop({
    title: "Unknown whether Prolific accepted the sync",
    what: `${counted(SYNCS_AT_MOST, "POST")} to sync batch ${batchId} had no clear response.`,
    next: "Run this job again: a sync only makes tasks for datapoints that have none, so another one does no harm.",
    answer: error,
  });
}
async function followSync(tools, sync) {
  const { report } = tools;
  const job = await untilEnded(tools, sync.job);
  report.set("tasks_created", job.tasksCreated);
  report.set("groups_created", job.groupsCreated);
  const tasks = sync.tasksBefore + (job.tasksCreated ?? 0);
  const batch = await readWithNewTasks(tools, tasks);
  return { sync: { ...sync, job, ended: true }, batch };
}
async function untilEnded(tools, started) {
  const { inputs, log, patience, prolific } = tools;
  const startedAt = patience.now();
  const isLag = (error) =>
    error instanceof ApiError &&
    error.status === 404 &&
    patience.now() - startedAt < LAG_MS;
  const read = (how) =>
    patience.read(
      how,
      (options) => prolific.sync(inputs.batchId, started.id, options),
      isLag,
    );
  let seen = started.status;
  for (let job = started; ;) {
    switch (job.status) {
      case "complete":
        return job;
      case "failed":
        throw new Stop({
          title: "The sync failed at Prolific",
          what: `Sync ${started.id} of batch ${inputs.batchId} failed.`,
          words: job.reason,
          next: "Nothing was lost. Fix what the reason describes, then run this job again: it syncs what has no task yet.",
        });
      case "queued":
      case "processing":
    }
    try {
      await patience.untilNextCheck(startedAt);
      job = await read("waiting");
    } catch (error) {
      if (!(error instanceof DeadlineReached)) throw error;
      job = await read("last");
      if (job.status === "queued" || job.status === "processing") throw error;
    }
    if (job.status !== seen) log.say(`Sync status: ${job.status}`);
    seen = job.status;
  }
}
async function readWithNewTasks(tools, tasks) {
  const { patience } = tools;
  const startedAt = patience.now();
  for (;;) {
    let batch = await readBatch(tools, "last");
    if (batch.value.status !== "READY") {
      batch = await waitForBatch(tools, batch.value);
    }
    const waitedMs = patience.now() - startedAt;
    const { status, totalTaskCount } = batch.value;
    if (totalTaskCount >= tasks || waitedMs >= LAG_MS || status === "ERROR") {
      return batch;
    }
    await patience.untilNextCheck(startedAt, patience.lastSignal);
  }
}
// ./src/steps/batch/verify.ts
function verify(tools, batch, datapoints, how) {
  const { log } = tools;
  log.say(tasksInGroups(batch));
  tellTasks(tools, batch, datapoints, how);
  tellGroups(tools, batch, how);
  const groups = how.sync?.job.groupsCreated ?? 0;
  if (groups > 0) {
    log.note(
      "More submissions",
      `${counted(groups, "new task group")}: a study with this batch needs ${counted(groups, "more submission")} ` +
        "per annotator.",
    );
  }
  return { verified: true };
}
function tellTasks(
  { log },
  { id, totalTaskCount: tasks },
  datapoints,
  { before },
) {
  if (datapoints === undefined || tasks === datapoints) return;
  const next =
    before && tasks < datapoints
      ? "Datapoints that came after its setup get tasks by a sync: if_ready: sync (V4 datasets only)."
      : "One task a datapoint is expected; check the batch before you publish a study with it.";
  log.warn(
    "Tasks and datapoints differ",
    `Batch ${id} has ${counted(tasks, "task")} for ${counted(datapoints, "datapoint")}. ${next}`,
  );
}
function tellGroups(
  { inputs, log },
  { id, totalTaskCount: tasks, totalTaskGroups: groups },
  { setups },
) {
  const { tasksPerGroup } = inputs;
  if (tasksPerGroup === undefined || groups === undefined) return;
  const expected = Math.ceil(tasks / tasksPerGroup);
  if (groups === expected) return;
  log.note(
    "tasks_per_group was not followed",
    `Batch ${id} has ${counted(groups, "task group")}; tasks_per_group: ${String(tasksPerGroup)} would make ` +
      `${figure(expected)}. ` +
      (setups > 0
        ? "A grouping column or field in the data decides instead."
        : "It was set up before with another value, or a grouping column or field in the data decides."),
  );
}
function tasksInGroups({ totalTaskCount, totalTaskGroups }) {
  const tasks = counted(totalTaskCount, "task");
  return totalTaskGroups === undefined
    ? `The batch has ${tasks}.`
    : `The batch has ${tasks} in ${counted(totalTaskGroups, "task group")}.`;
}
// ./src/steps/copy/list-copies.ts
async function listCopies({ patience, prolific }, original, how) {
  const { id, workspaceId = "" } = original;
  const isCopy = (name) => copiedContent(name, id) !== undefined;
  const list = await patience.read(how, (options) =>
    prolific.batches(workspaceId, isCopy, options),
  );
  if (list.listed < list.count) throw incomplete(list, workspaceId);
  const value = list.batches.filter((batch) => batch.id !== id);
  return { value, at: patience.now() };
}
function incomplete({ count, listed }, workspaceId) {
  return new Stop({
    title: "The list of batches is incomplete",
    what: `Prolific lists ${figure(listed)} of ${counted(count, "batch", "batches")} in workspace ${workspaceId}, so a copy may be among the others.`,
    next: "Run this job again. If this keeps happening, move batches that you no longer need to another workspace, or set new_batch to never.",
  });
}
// ./src/steps/copy/duplicate.ts
const duplicate_PAUSES_IN_GRACE_MS = [1_000, 2_000, 3_000, 4_000, 5_000, 5_000];
const duplicate_PAUSES_AFTER_REFUSAL_MS = [0, 2_500, 2_500];
const COPIES_AT_MOST = 2;
const duplicate_LAG_MS = 10_000;
const COPY_MEANING = {
  unanswered: "copy_unknown",
  accepted: "copy_made",
};
async function duplicate(tools, step) {
  const { log, patience, prolific, report } = tools;
  const { name, original } = step;
  log.say(
    `Making a copy of batch ${original.id}: "${quote(name, log.runner.redact)}"`,
  );
  const again = paidAgain(step);
  if (again !== undefined) {
    log.note(
      "Records may be paid for again",
      `new_batch is all_rows: ${again}.`,
    );
  }
  let unanswered = 0;
  for (let tries = 1; ; tries++) {
    const result = await sendOut(tools, COPY_MEANING, (options) =>
      prolific.duplicate(original.id, name, options),
    );
    switch (result.kind) {
      case "accepted":
        return made(await copyById(tools, result.value, original));
      case "refused": {
        const found = await look(
          tools,
          step,
          duplicate_PAUSES_AFTER_REFUSAL_MS,
        );
        if (found) return made(found);
        throw new Stop({
          title: "Prolific refused to copy the batch",
          what: `Prolific refused to make a copy of batch ${original.id}.`,
          answer: result.error,
        });
      }
      case "too_many_requests":
        log.sayOfTry(
          tries,
          "Prolific asks to wait (HTTP 429); retrying if there is no copy by then",
        );
        await patience.backOff(
          tries,
          result.error,
          SHORTEST_PAUSE_AFTER_429_MS,
        );
        break;
      case "unknown":
        unanswered++;
        log.say(
          `No clear response; looking for the copy: ${result.error.message}`,
        );
        patience.writeError = result.error;
    }
    const found = await look(tools, step, duplicate_PAUSES_IN_GRACE_MS);
    if (found) return made(found);
    if (unanswered >= COPIES_AT_MOST) throw unknown(step, result.error);
    log.say("No copy shows after 20 s; sending the request again");
  }
  function made(copy) {
    patience.writeError = undefined;
    report.progress = COPY_MEANING.accepted;
    return { made: copy, copies: undefined };
  }
}
async function look(tools, { hash, original }, pausesMs) {
  for (const pauseMs of pausesMs) {
    await tools.patience.pause(pauseMs);
    const { value } = await listCopies(tools, original, "waiting");
    const [copy] = copiesOf(value, original, hash);
    if (copy) return copy;
  }
  return undefined;
}
async function copyById({ patience, prolific }, id, original) {
  if (id === original.id) {
    throw new Stop({
      title: "Prolific's response cannot be used",
      what: `Prolific answered the copy of batch ${id} with the id of that batch.`,
      next: "Look in Prolific whether there is a copy. Then run this job again: it looks for the copy first.",
    });
  }
  const since = patience.now();
  return patience.read(
    "waiting",
    (options) => prolific.batch(id, options),
    (error) =>
      error instanceof ApiError &&
      error.status === 404 &&
      patience.now() - since < duplicate_LAG_MS,
  );
}
function unknown({ original }, error) {
  return new Stop({
    title: "Unknown whether Prolific made the copy",
    what:
      `${counted(COPIES_AT_MOST, "POST")} to make a copy of batch ${original.id} had no clear response, and no copy shows ` +
      "20 s after the last of them.",
    next: "Run this job again: it looks for the copy first. A copy that stays unused has no data and costs nothing.",
    answer: error,
  });
}
// ./src/steps/copy/dataset-of-copy.ts
const DATASETS_AT_MOST = 2;
const PATCHES_AT_MOST = 3;
const dataset_of_copy_PAUSES_IN_GRACE_MS = [
  0, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000,
];
async function createDataset(tools, copy, { remoteName }, schema) {
  const { log, patience, prolific } = tools;
  const request = {
    name: remoteName,
    workspace_id: copy.workspaceId ?? "",
    ...(schema === undefined ? {} : { schema }),
  };
  for (let tries = 1; ; tries++) {
    const result = await sendOut(tools, COPY_MEANING, (options) =>
      prolific.createDataset(request, options),
    );
    switch (result.kind) {
      case "accepted":
        log.say(
          `Made dataset ${result.value} (V${schema === undefined ? "3" : "4"}) for the copy`,
        );
        patience.writeError = undefined;
        return { created: result.value, batch: undefined };
      case "refused":
        throw new Stop({
          title: "Prolific refused to make a dataset",
          what:
            schema === undefined
              ? `Prolific refused to make a dataset for batch ${copy.id}.`
              : `Prolific refused to make a V4 dataset for batch ${copy.id}: its workspace may lack that feature.`,
          answer: result.error,
        });
      case "too_many_requests":
      case "unknown":
    }
    if (tries >= DATASETS_AT_MOST) throw noDataset(copy, result.error);
    log.say(
      `No clear response, so an empty dataset "${remoteName}" may stay behind; it costs nothing. Retrying: ${result.error.message}`,
    );
    await patience.backOff(tries, result.error, SHORTEST_PAUSE_AFTER_429_MS);
  }
}
function noDataset({ id }, error) {
  return new Stop({
    title: "Unknown whether Prolific made the dataset",
    what: `Two requests to make a dataset for batch ${id} had no clear response. One or two empty datasets may stay behind; they cost nothing.`,
    next: "Run this job again: it finds the copy of the batch, and makes a dataset for it.",
    answer: error,
  });
}
async function attachDataset(tools, { id }, datasetId) {
  const { patience, prolific } = tools;
  let last;
  for (let tries = 1; tries <= PATCHES_AT_MOST; tries++) {
    const result = await sendOut(tools, COPY_MEANING, (options) =>
      prolific.attachDataset(id, datasetId, options),
    );
    if (result.kind !== "accepted") last = result.error;
    if (result.kind === "too_many_requests") {
      await patience.backOff(tries, result.error, SHORTEST_PAUSE_AFTER_429_MS);
    }
    for (const pauseMs of dataset_of_copy_PAUSES_IN_GRACE_MS) {
      await patience.pause(pauseMs);
      const batch = await readBatch(tools, "waiting");
      const { datasets, status } = batch.value;
      if (datasets.length === 0 && status === "UNINITIALISED") continue;
      patience.writeError = undefined;
      return { batch };
    }
    if (result.kind === "refused") break;
  }
  throw new Stop({
    title: "The new dataset could not be attached",
    what: `Batch ${id} shows no dataset after dataset ${datasetId} was attached to it. Nothing was uploaded.`,
    next: "Run this job again. If this keeps happening, attach the dataset in Prolific.",
    ...(last && { answer: last }),
  });
}
// ./src/file/formats/record-set.ts
const { imul } = Math;
const FIRST_CAPACITY = 2 ** 10;
const GROWTH = 4;
const HIGH = { start: 0xdeadbeef, step: 0x9e3779b1, turn: 13 };
const LOW = { start: 0x41c6ce57, step: 0x5f356495, turn: 17 };
class RecordSet {
  count = 0;
  distinct = 0;
  hashHigh = 0;
  hashLow = 0;
  capacity = FIRST_CAPACITY;
  high = new Uint32Array(FIRST_CAPACITY);
  low = new Uint32Array(FIRST_CAPACITY);
  slots = new Uint32Array(FIRST_CAPACITY * 2);
  add(text) {
    if (this.count === this.capacity) this.grow();
    const slot = this.slotOfText(text);
    const found = this.slots[slot] ?? 0;
    const number = this.count++;
    this.high[number] = this.hashHigh;
    this.low[number] = this.hashLow;
    if (found !== 0) return found - 1;
    this.slots[slot] = number + 1;
    this.distinct++;
    return undefined;
  }
  has(text) {
    return this.find(text) !== undefined;
  }
  find(text) {
    const found = this.slots[this.slotOfText(text)] ?? 0;
    return found === 0 ? undefined : found - 1;
  }
  slotOfText(text) {
    let high = HIGH.start;
    let low = LOW.start;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      high = imul(high ^ code, HIGH.step);
      high = (high << HIGH.turn) | (high >>> (32 - HIGH.turn));
      low = imul(low ^ code, LOW.step);
      low = (low << LOW.turn) | (low >>> (32 - LOW.turn));
    }
    high = mixed(high ^ text.length, low);
    low = mixed(low, high);
    this.hashHigh = high >>> 0;
    this.hashLow = low >>> 0;
    return this.slotOf(this.hashHigh, this.hashLow);
  }
  slotOf(high, low) {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = low & mask;
    for (;;) {
      const number = (slots[slot] ?? 0) - 1;
      if (number === -1) return slot;
      if (this.low[number] === low && this.high[number] === high) return slot;
      slot = (slot + 1) & mask;
    }
  }
  grow() {
    const numbers = this.slots.filter((slot) => slot !== 0);
    this.capacity *= GROWTH;
    this.high = larger(this.high, this.capacity);
    this.low = larger(this.low, this.capacity);
    this.slots = new Uint32Array(this.capacity * 2);
    for (const number of numbers) {
      const high = this.high[number - 1] ?? 0;
      const low = this.low[number - 1] ?? 0;
      this.slots[this.slotOf(high, low)] = number;
    }
  }
}
function larger(numbers, length) {
  const more = new Uint32Array(length);
  more.set(numbers);
  return more;
}
function mixed(one, other) {
  return (
    imul(one ^ (one >>> 16), 0x85ebca6b) ^
    imul(other ^ (other >>> 13), 0xc2b2ae35)
  );
}
const external_stream_namespaceObject = __WEBPACK_EXTERNAL_createRequire(
  import.meta.url,
)("stream");
// ./node_modules/csv-parse/lib/api/CsvError.js
class CsvError_CsvError extends Error {
  constructor(code, message, options, ...contexts) {
    if (Array.isArray(message)) message = message.join(" ").trim();
    super(message);
    if (Error.captureStackTrace !== undefined) {
      Error.captureStackTrace(this, CsvError_CsvError);
    }
    this.code = code;
    for (const context of contexts) {
      for (const key in context) {
        const value = context[key];
        this[key] = Buffer.isBuffer(value)
          ? value.toString(options.encoding)
          : value == null
            ? value
            : JSON.parse(JSON.stringify(value));
      }
    }
  }
}
// ./node_modules/csv-parse/lib/utils/is_object.js
const is_object_is_object = function (obj) {
  return typeof obj === "object" && obj !== null && !Array.isArray(obj);
};
// ./node_modules/csv-parse/lib/api/normalize_columns_array.js
const normalize_columns_array = function (columns) {
  const normalizedColumns = [];
  for (let i = 0, l = columns.length; i < l; i++) {
    const column = columns[i];
    if (column === undefined || column === null || column === false) {
      normalizedColumns[i] = { disabled: true };
    } else if (typeof column === "string" || typeof column === "number") {
      normalizedColumns[i] = { name: `${column}` };
    } else if (is_object_is_object(column)) {
      if (typeof column.name !== "string") {
        throw new CsvError_CsvError("CSV_OPTION_COLUMNS_MISSING_NAME", [
          "Option columns missing name:",
          `property "name" is required at position ${i}`,
          "when column is an object literal",
        ]);
      }
      normalizedColumns[i] = column;
    } else {
      throw new CsvError_CsvError("CSV_INVALID_COLUMN_DEFINITION", [
        "Invalid column definition:",
        "expect a string or a literal object,",
        `got ${JSON.stringify(column)} at position ${i}`,
      ]);
    }
  }
  return normalizedColumns;
};
// ./node_modules/csv-parse/lib/utils/ResizeableBuffer.js
class ResizeableBuffer {
  constructor(size = 100) {
    this.size = size;
    this.length = 0;
    this.buf = Buffer.allocUnsafe(size);
  }
  prepend(val) {
    if (Buffer.isBuffer(val)) {
      const length = this.length + val.length;
      if (length >= this.size) {
        this.resize();
        if (length >= this.size) {
          throw Error("INVALID_BUFFER_STATE");
        }
      }
      const buf = this.buf;
      this.buf = Buffer.allocUnsafe(this.size);
      val.copy(this.buf, 0);
      buf.copy(this.buf, val.length);
      this.length += val.length;
    } else {
      const length = this.length++;
      if (length === this.size) {
        this.resize();
      }
      const buf = this.clone();
      this.buf[0] = val;
      buf.copy(this.buf, 1, 0, length);
    }
  }
  append(val) {
    const length = this.length++;
    if (length === this.size) {
      this.resize();
    }
    this.buf[length] = val;
  }
  clone() {
    return Buffer.from(this.buf.slice(0, this.length));
  }
  resize() {
    const length = this.length;
    this.size = this.size * 2;
    const buf = Buffer.allocUnsafe(this.size);
    this.buf.copy(buf, 0, 0, length);
    this.buf = buf;
  }
  toString(encoding) {
    if (encoding) {
      return this.buf.toString(encoding, 0, this.length);
    } else {
      return Uint8Array.prototype.slice.call(this.buf.slice(0, this.length));
    }
  }
  toJSON() {
    return this.toString("utf8");
  }
  reset() {
    this.length = 0;
  }
}
const utils_ResizeableBuffer = ResizeableBuffer;
// ./node_modules/csv-parse/lib/api/init_state.js
const init_state = function (options) {
  const timchars = [
    0x0020, 0x0009, 0x000a, 0x000d, 0x000c, 0x000b, 0x00a0, 0x1680, 0x2000,
    0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009,
    0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff,
  ].reduce((acc, codepoint) => {
    const encoded = Buffer.from(
      String.fromCharCode(codepoint),
      options.encoding,
    );
    if (codepoint !== 0x3f && encoded.length === 1 && encoded[0] === 0x3f) {
      return acc;
    }
    acc.push(encoded);
    return acc;
  }, []);
  const timcharFirstBytes = new Uint8Array(256);
  for (const t of timchars) timcharFirstBytes[t[0]] = 1;
  return {
    bomSkipped: false,
    bufBytesStart: 0,
    castField: options.cast_function,
    commenting: false,
    delimiterBufPrevious: undefined,
    delimiterDiscovered: false,
    error: undefined,
    enabled: options.from_line === 1,
    escaping: false,
    escapeIsQuote:
      Buffer.isBuffer(options.escape) &&
      Buffer.isBuffer(options.quote) &&
      Buffer.compare(options.escape, options.quote) === 0,
    expectedRecordLength: Array.isArray(options.columns)
      ? options.columns.length
      : undefined,
    field: new utils_ResizeableBuffer(20),
    firstLineToHeaders: options.cast_first_line_to_header,
    needMoreDataSize: Math.max(
      options.comment !== null ? options.comment.length : 0,
      ...(options.delimiter
        ? options.delimiter.map((delimiter) => delimiter.length)
        : []),
      options.delimiter_auto ? 1 : 0,
      options.quote !== null ? options.quote.length : 0,
      ...timchars.map((t) => t.length),
    ),
    previousBuf: undefined,
    quoting: false,
    stop: false,
    rawBuffer: new utils_ResizeableBuffer(100),
    record: [],
    recordHasError: false,
    record_length: 0,
    recordDelimiterMaxLength:
      options.record_delimiter.length === 0
        ? 0
        : Math.max(...options.record_delimiter.map((v) => v.length)),
    trimChars: [
      Buffer.from(" ", options.encoding)[0],
      Buffer.from("\t", options.encoding)[0],
    ],
    wasQuoting: false,
    wasRowDelimiter: false,
    timchars: timchars,
    timcharFirstBytes: timcharFirstBytes,
  };
};
// ./node_modules/csv-parse/lib/utils/underscore.js
const underscore = function (str) {
  return str.replace(/([A-Z])/g, function (_, match) {
    return "_" + match.toLowerCase();
  });
};
// ./node_modules/csv-parse/lib/api/normalize_options.js
const normalize_options = function (opts) {
  const options = {};
  for (const opt in opts) {
    options[underscore(opt)] = opts[opt];
  }
  if (options.encoding === undefined || options.encoding === true) {
    options.encoding = "utf8";
  } else if (options.encoding === null || options.encoding === false) {
    options.encoding = null;
  } else if (
    typeof options.encoding !== "string" &&
    options.encoding !== null
  ) {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_ENCODING",
      [
        "Invalid option encoding:",
        "encoding must be a string or null to return a buffer,",
        `got ${JSON.stringify(options.encoding)}`,
      ],
      options,
    );
  }
  if (
    options.bom === undefined ||
    options.bom === null ||
    options.bom === false
  ) {
    options.bom = false;
  } else if (options.bom !== true) {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_BOM",
      [
        "Invalid option bom:",
        "bom must be true,",
        `got ${JSON.stringify(options.bom)}`,
      ],
      options,
    );
  }
  options.cast_function = null;
  if (
    options.cast === undefined ||
    options.cast === null ||
    options.cast === false ||
    options.cast === ""
  ) {
    options.cast = undefined;
  } else if (typeof options.cast === "function") {
    options.cast_function = options.cast;
    options.cast = true;
  } else if (options.cast !== true) {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_CAST",
      [
        "Invalid option cast:",
        "cast must be true or a function,",
        `got ${JSON.stringify(options.cast)}`,
      ],
      options,
    );
  }
  if (
    options.cast_date === undefined ||
    options.cast_date === null ||
    options.cast_date === false ||
    options.cast_date === ""
  ) {
    options.cast_date = false;
  } else if (options.cast_date === true) {
    options.cast_date = function (value) {
      const date = Date.parse(value);
      return !isNaN(date) ? new Date(date) : value;
    };
  } else if (typeof options.cast_date !== "function") {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_CAST_DATE",
      [
        "Invalid option cast_date:",
        "cast_date must be true or a function,",
        `got ${JSON.stringify(options.cast_date)}`,
      ],
      options,
    );
  }
  options.cast_first_line_to_header = undefined;
  if (options.columns === true) {
    options.cast_first_line_to_header = undefined;
  } else if (typeof options.columns === "function") {
    options.cast_first_line_to_header = options.columns;
    options.columns = true;
  } else if (Array.isArray(options.columns)) {
    options.columns = normalize_columns_array(options.columns);
  } else if (
    options.columns === undefined ||
    options.columns === null ||
    options.columns === false
  ) {
    options.columns = false;
  } else {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_COLUMNS",
      [
        "Invalid option columns:",
        "expect an array, a function or true,",
        `got ${JSON.stringify(options.columns)}`,
      ],
      options,
    );
  }
  if (
    options.group_columns_by_name === undefined ||
    options.group_columns_by_name === null ||
    options.group_columns_by_name === false
  ) {
    options.group_columns_by_name = false;
  } else if (options.group_columns_by_name !== true) {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_GROUP_COLUMNS_BY_NAME",
      [
        "Invalid option group_columns_by_name:",
        "expect an boolean,",
        `got ${JSON.stringify(options.group_columns_by_name)}`,
      ],
      options,
    );
  } else if (options.columns === false) {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_GROUP_COLUMNS_BY_NAME",
      [
        "Invalid option group_columns_by_name:",
        "the `columns` mode must be activated.",
      ],
      options,
    );
  }
  if (
    options.comment === undefined ||
    options.comment === null ||
    options.comment === false ||
    options.comment === ""
  ) {
    options.comment = null;
  } else {
    if (typeof options.comment === "string") {
      options.comment = Buffer.from(options.comment, options.encoding);
    }
    if (!Buffer.isBuffer(options.comment)) {
      throw new CsvError_CsvError(
        "CSV_INVALID_OPTION_COMMENT",
        [
          "Invalid option comment:",
          "comment must be a buffer or a string,",
          `got ${JSON.stringify(options.comment)}`,
        ],
        options,
      );
    }
  }
  if (
    options.comment_no_infix === undefined ||
    options.comment_no_infix === null ||
    options.comment_no_infix === false
  ) {
    options.comment_no_infix = false;
  } else if (options.comment_no_infix !== true) {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_COMMENT",
      [
        "Invalid option comment_no_infix:",
        "value must be a boolean,",
        `got ${JSON.stringify(options.comment_no_infix)}`,
      ],
      options,
    );
  }
  if (
    options.delimiter_auto === undefined ||
    options.delimiter_auto === null ||
    options.delimiter_auto === false
  ) {
    options.delimiter_auto = false;
  } else if (options.delimiter_auto === true) {
    options.delimiter_auto = {};
  } else if (!is_object_is_object(options.delimiter_auto)) {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_DELIMITER_AUTO",
      [
        "Invalid option delimiter_auto:",
        "delimiter_auto must be a boolean or a configuration object,",
        `got ${JSON.stringify(options.delimiter_auto)}`,
      ],
      options,
    );
  }
  if (options.delimiter_auto) {
    if (options.delimiter_auto.preferred === undefined)
      options.delimiter_auto.preferred = {
        [",".charCodeAt(0)]: 1.8,
        ["\t".charCodeAt(0)]: 1.8,
        [";".charCodeAt(0)]: 1.6,
        [" ".charCodeAt(0)]: 1.6,
        [":".charCodeAt(0)]: 1.5,
        [".".charCodeAt(0)]: 1.4,
        ["/".charCodeAt(0)]: 1.4,
      };
    else if (!is_object_is_object(options.delimiter_auto.preferred)) {
      throw new CsvError_CsvError(
        "CSV_INVALID_OPTION_DELIMITER_AUTO",
        [
          "Invalid option delimiter_auto:",
          "preferred must be an object,",
          `got ${JSON.stringify(options.delimiter_auto.preferred)}`,
        ],
        options,
      );
    }
    if (options.delimiter_auto.score === undefined)
      options.delimiter_auto.score = (info, options) => {
        return (
          (info.total - info.std) * (options.preferred[info.char_code] || 1)
        );
      };
    else if (typeof options.delimiter_auto.score !== "function") {
      throw new CsvError_CsvError(
        "CSV_INVALID_OPTION_DELIMITER_AUTO",
        [
          "Invalid option delimiter_auto:",
          "score must be a function,",
          `got ${JSON.stringify(options.delimiter_auto.score)}`,
        ],
        options,
      );
    }
    if (options.delimiter_auto.size === undefined)
      options.delimiter_auto.size = 2048;
    else if (typeof options.delimiter_auto.size !== "number") {
      throw new CsvError_CsvError(
        "CSV_INVALID_OPTION_DELIMITER_AUTO",
        [
          "Invalid option delimiter_auto:",
          "size must be a number,",
          `got ${JSON.stringify(options.delimiter_auto.size)}`,
        ],
        options,
      );
    }
  }
  const delimiter_json = JSON.stringify(options.delimiter);
  if (options.delimiter_auto !== false) {
    options.delimiter = [];
  }
  if (!Array.isArray(options.delimiter)) {
    if (
      options.delimiter === undefined ||
      options.delimiter === null ||
      options.delimiter === false
    ) {
      options.delimiter = Buffer.from(",", options.encoding);
    }
    options.delimiter = [options.delimiter];
  }
  options.delimiter = options.delimiter.map(function (delimiter) {
    if (typeof delimiter === "string") {
      delimiter = Buffer.from(delimiter, options.encoding);
    }
    if (!Buffer.isBuffer(delimiter) || delimiter.length === 0) {
      throw new CsvError_CsvError(
        "CSV_INVALID_OPTION_DELIMITER",
        [
          "Invalid option delimiter:",
          "delimiter must be a non empty string or buffer or array of string|buffer,",
          `got ${delimiter_json}`,
        ],
        options,
      );
    }
    return delimiter;
  });
  if (options.escape === undefined || options.escape === true) {
    options.escape = Buffer.from('"', options.encoding);
  } else if (typeof options.escape === "string") {
    options.escape = Buffer.from(options.escape, options.encoding);
  } else if (options.escape === null || options.escape === false) {
    options.escape = null;
  }
  if (options.escape !== null) {
    if (!Buffer.isBuffer(options.escape)) {
      throw new Error(
        `Invalid Option: escape must be a buffer, a string or a boolean, got ${JSON.stringify(options.escape)}`,
      );
    }
  }
  if (options.from === undefined || options.from === null) {
    options.from = 1;
  } else {
    if (typeof options.from === "string" && /\d+/.test(options.from)) {
      options.from = parseInt(options.from);
    }
    if (Number.isInteger(options.from)) {
      if (options.from < 0) {
        throw new Error(
          `Invalid Option: from must be a positive integer, got ${JSON.stringify(opts.from)}`,
        );
      }
    } else {
      throw new Error(
        `Invalid Option: from must be an integer, got ${JSON.stringify(options.from)}`,
      );
    }
  }
  if (options.from_line === undefined || options.from_line === null) {
    options.from_line = 1;
  } else {
    if (
      typeof options.from_line === "string" &&
      /\d+/.test(options.from_line)
    ) {
      options.from_line = parseInt(options.from_line);
    }
    if (Number.isInteger(options.from_line)) {
      if (options.from_line <= 0) {
        throw new Error(
          `Invalid Option: from_line must be a positive integer greater than 0, got ${JSON.stringify(opts.from_line)}`,
        );
      }
    } else {
      throw new Error(
        `Invalid Option: from_line must be an integer, got ${JSON.stringify(opts.from_line)}`,
      );
    }
  }
  if (
    options.ignore_last_delimiters === undefined ||
    options.ignore_last_delimiters === null
  ) {
    options.ignore_last_delimiters = false;
  } else if (typeof options.ignore_last_delimiters === "number") {
    options.ignore_last_delimiters = Math.floor(options.ignore_last_delimiters);
    if (options.ignore_last_delimiters === 0) {
      options.ignore_last_delimiters = false;
    }
  } else if (typeof options.ignore_last_delimiters !== "boolean") {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_IGNORE_LAST_DELIMITERS",
      [
        "Invalid option `ignore_last_delimiters`:",
        "the value must be a boolean value or an integer,",
        `got ${JSON.stringify(options.ignore_last_delimiters)}`,
      ],
      options,
    );
  }
  if (options.ignore_last_delimiters === true && options.columns === false) {
    throw new CsvError_CsvError(
      "CSV_IGNORE_LAST_DELIMITERS_REQUIRES_COLUMNS",
      [
        "The option `ignore_last_delimiters`",
        "requires the activation of the `columns` option",
      ],
      options,
    );
  }
  if (
    options.info === undefined ||
    options.info === null ||
    options.info === false
  ) {
    options.info = false;
  } else if (options.info !== true) {
    throw new Error(
      `Invalid Option: info must be true, got ${JSON.stringify(options.info)}`,
    );
  }
  if (
    options.max_record_size === undefined ||
    options.max_record_size === null ||
    options.max_record_size === false
  ) {
    options.max_record_size = 0;
  } else if (
    Number.isInteger(options.max_record_size) &&
    options.max_record_size >= 0
  ) {
  } else if (
    typeof options.max_record_size === "string" &&
    /\d+/.test(options.max_record_size)
  ) {
    options.max_record_size = parseInt(options.max_record_size);
  } else {
    throw new Error(
      `Invalid Option: max_record_size must be a positive integer, got ${JSON.stringify(options.max_record_size)}`,
    );
  }
  if (
    options.objname === undefined ||
    options.objname === null ||
    options.objname === false
  ) {
    options.objname = undefined;
  } else if (Buffer.isBuffer(options.objname)) {
    if (options.objname.length === 0) {
      throw new Error(`Invalid Option: objname must be a non empty buffer`);
    }
    if (options.encoding === null) {
    } else {
      options.objname = options.objname.toString(options.encoding);
    }
  } else if (typeof options.objname === "string") {
    if (options.objname.length === 0) {
      throw new Error(`Invalid Option: objname must be a non empty string`);
    }
  } else if (typeof options.objname === "number") {
  } else {
    throw new Error(
      `Invalid Option: objname must be a string or a buffer, got ${options.objname}`,
    );
  }
  if (options.objname !== undefined) {
    if (typeof options.objname === "number") {
      if (options.columns !== false) {
        throw Error(
          "Invalid Option: objname index cannot be combined with columns or be defined as a field",
        );
      }
    } else {
      if (options.columns === false) {
        throw Error(
          "Invalid Option: objname field must be combined with columns or be defined as an index",
        );
      }
    }
  }
  if (options.on_record === undefined || options.on_record === null) {
    options.on_record = undefined;
  } else if (typeof options.on_record !== "function") {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_ON_RECORD",
      [
        "Invalid option `on_record`:",
        "expect a function,",
        `got ${JSON.stringify(options.on_record)}`,
      ],
      options,
    );
  }
  if (
    options.on_skip !== undefined &&
    options.on_skip !== null &&
    typeof options.on_skip !== "function"
  ) {
    throw new Error(
      `Invalid Option: on_skip must be a function, got ${JSON.stringify(options.on_skip)}`,
    );
  }
  if (
    options.quote === null ||
    options.quote === false ||
    options.quote === ""
  ) {
    options.quote = null;
  } else {
    if (options.quote === undefined || options.quote === true) {
      options.quote = Buffer.from('"', options.encoding);
    } else if (typeof options.quote === "string") {
      options.quote = Buffer.from(options.quote, options.encoding);
    }
    if (!Buffer.isBuffer(options.quote)) {
      throw new Error(
        `Invalid Option: quote must be a buffer or a string, got ${JSON.stringify(options.quote)}`,
      );
    }
  }
  if (
    options.raw === undefined ||
    options.raw === null ||
    options.raw === false
  ) {
    options.raw = false;
  } else if (options.raw !== true) {
    throw new Error(
      `Invalid Option: raw must be true, got ${JSON.stringify(options.raw)}`,
    );
  }
  if (options.record_delimiter === undefined) {
    options.record_delimiter = [];
  } else if (
    typeof options.record_delimiter === "string" ||
    Buffer.isBuffer(options.record_delimiter)
  ) {
    if (options.record_delimiter.length === 0) {
      throw new CsvError_CsvError(
        "CSV_INVALID_OPTION_RECORD_DELIMITER",
        [
          "Invalid option `record_delimiter`:",
          "value must be a non empty string or buffer,",
          `got ${JSON.stringify(options.record_delimiter)}`,
        ],
        options,
      );
    }
    options.record_delimiter = [options.record_delimiter];
  } else if (!Array.isArray(options.record_delimiter)) {
    throw new CsvError_CsvError(
      "CSV_INVALID_OPTION_RECORD_DELIMITER",
      [
        "Invalid option `record_delimiter`:",
        "value must be a string, a buffer or array of string|buffer,",
        `got ${JSON.stringify(options.record_delimiter)}`,
      ],
      options,
    );
  }
  options.record_delimiter = options.record_delimiter.map(function (rd, i) {
    if (typeof rd !== "string" && !Buffer.isBuffer(rd)) {
      throw new CsvError_CsvError(
        "CSV_INVALID_OPTION_RECORD_DELIMITER",
        [
          "Invalid option `record_delimiter`:",
          "value must be a string, a buffer or array of string|buffer",
          `at index ${i},`,
          `got ${JSON.stringify(rd)}`,
        ],
        options,
      );
    } else if (rd.length === 0) {
      throw new CsvError_CsvError(
        "CSV_INVALID_OPTION_RECORD_DELIMITER",
        [
          "Invalid option `record_delimiter`:",
          "value must be a non empty string or buffer",
          `at index ${i},`,
          `got ${JSON.stringify(rd)}`,
        ],
        options,
      );
    }
    if (typeof rd === "string") {
      rd = Buffer.from(rd, options.encoding);
    }
    return rd;
  });
  if (typeof options.relax_column_count === "boolean") {
  } else if (
    options.relax_column_count === undefined ||
    options.relax_column_count === null
  ) {
    options.relax_column_count = false;
  } else {
    throw new Error(
      `Invalid Option: relax_column_count must be a boolean, got ${JSON.stringify(options.relax_column_count)}`,
    );
  }
  if (typeof options.relax_column_count_less === "boolean") {
  } else if (
    options.relax_column_count_less === undefined ||
    options.relax_column_count_less === null
  ) {
    options.relax_column_count_less = false;
  } else {
    throw new Error(
      `Invalid Option: relax_column_count_less must be a boolean, got ${JSON.stringify(options.relax_column_count_less)}`,
    );
  }
  if (typeof options.relax_column_count_more === "boolean") {
  } else if (
    options.relax_column_count_more === undefined ||
    options.relax_column_count_more === null
  ) {
    options.relax_column_count_more = false;
  } else {
    throw new Error(
      `Invalid Option: relax_column_count_more must be a boolean, got ${JSON.stringify(options.relax_column_count_more)}`,
    );
  }
  if (typeof options.relax_quotes === "boolean") {
  } else if (
    options.relax_quotes === undefined ||
    options.relax_quotes === null
  ) {
    options.relax_quotes = false;
  } else {
    throw new Error(
      `Invalid Option: relax_quotes must be a boolean, got ${JSON.stringify(options.relax_quotes)}`,
    );
  }
  if (typeof options.skip_empty_lines === "boolean") {
  } else if (
    options.skip_empty_lines === undefined ||
    options.skip_empty_lines === null
  ) {
    options.skip_empty_lines = false;
  } else {
    throw new Error(
      `Invalid Option: skip_empty_lines must be a boolean, got ${JSON.stringify(options.skip_empty_lines)}`,
    );
  }
  if (typeof options.skip_records_with_empty_values === "boolean") {
  } else if (
    options.skip_records_with_empty_values === undefined ||
    options.skip_records_with_empty_values === null
  ) {
    options.skip_records_with_empty_values = false;
  } else {
    throw new Error(
      `Invalid Option: skip_records_with_empty_values must be a boolean, got ${JSON.stringify(options.skip_records_with_empty_values)}`,
    );
  }
  if (typeof options.skip_records_with_error === "boolean") {
  } else if (
    options.skip_records_with_error === undefined ||
    options.skip_records_with_error === null
  ) {
    options.skip_records_with_error = false;
  } else {
    throw new Error(
      `Invalid Option: skip_records_with_error must be a boolean, got ${JSON.stringify(options.skip_records_with_error)}`,
    );
  }
  if (
    options.rtrim === undefined ||
    options.rtrim === null ||
    options.rtrim === false
  ) {
    options.rtrim = false;
  } else if (options.rtrim !== true) {
    throw new Error(
      `Invalid Option: rtrim must be a boolean, got ${JSON.stringify(options.rtrim)}`,
    );
  }
  if (
    options.ltrim === undefined ||
    options.ltrim === null ||
    options.ltrim === false
  ) {
    options.ltrim = false;
  } else if (options.ltrim !== true) {
    throw new Error(
      `Invalid Option: ltrim must be a boolean, got ${JSON.stringify(options.ltrim)}`,
    );
  }
  if (
    options.trim === undefined ||
    options.trim === null ||
    options.trim === false
  ) {
    options.trim = false;
  } else if (options.trim !== true) {
    throw new Error(
      `Invalid Option: trim must be a boolean, got ${JSON.stringify(options.trim)}`,
    );
  }
  if (options.trim === true && opts.ltrim !== false) {
    options.ltrim = true;
  } else if (options.ltrim !== true) {
    options.ltrim = false;
  }
  if (options.trim === true && opts.rtrim !== false) {
    options.rtrim = true;
  } else if (options.rtrim !== true) {
    options.rtrim = false;
  }
  if (options.to === undefined || options.to === null) {
    options.to = -1;
  } else if (options.to !== -1) {
    if (typeof options.to === "string" && /\d+/.test(options.to)) {
      options.to = parseInt(options.to);
    }
    if (Number.isInteger(options.to)) {
      if (options.to <= 0) {
        throw new Error(
          `Invalid Option: to must be a positive integer greater than 0, got ${JSON.stringify(opts.to)}`,
        );
      }
    } else {
      throw new Error(
        `Invalid Option: to must be an integer, got ${JSON.stringify(opts.to)}`,
      );
    }
  }
  if (options.to_line === undefined || options.to_line === null) {
    options.to_line = -1;
  } else if (options.to_line !== -1) {
    if (typeof options.to_line === "string" && /\d+/.test(options.to_line)) {
      options.to_line = parseInt(options.to_line);
    }
    if (Number.isInteger(options.to_line)) {
      if (options.to_line <= 0) {
        throw new Error(
          `Invalid Option: to_line must be a positive integer greater than 0, got ${JSON.stringify(opts.to_line)}`,
        );
      }
    } else {
      throw new Error(
        `Invalid Option: to_line must be an integer, got ${JSON.stringify(opts.to_line)}`,
      );
    }
  }
  return options;
};
// ./node_modules/csv-parse/lib/utils/delimiter_discover.js
const delimiter_discover = function (records, options) {
  if (!options) {
    ({ delimiter_auto: options } = normalize_options({ delimiter_auto: true }));
  }
  if (typeof records === "string") {
    records = Buffer.from(records);
  }
  if (Buffer.isBuffer(records)) {
    records = ((data) => {
      const records = [];
      const parser = transform({ delimiter: [] });
      const push = (record) => records.push(record);
      const close = () => {};
      const error = parser.parse(data, true, push, close);
      if (error !== undefined) throw error;
      return records;
    })(records);
  }
  const info = Array(127)
    .fill()
    .map(() => ({ lines: [] }));
  records.map(([record], line) => {
    for (let i = 0, l = record.length; i < l; i++) {
      const code = record.charCodeAt(i);
      if (info[code].lines[line] === undefined) info[code].lines[line] = 0;
      info[code].lines[line]++;
    }
  });
  info.map((info, i) => {
    info.char_code = i;
    info.std = std(info.lines);
    info.total = info.lines.reduce((acc, val) => acc + val, 0);
    info.preferred = !!options.preferred[i];
    info.score = options.score(info, options);
  });
  const result = info.reduce(
    (acc, info) => (acc.score > info.score ? acc : info),
    {},
  );
  return String.fromCharCode(result.char_code);
};
const std = function (array) {
  const n = array.length;
  if (n === 0) return 0;
  const mean = array.reduce((a, b) => a + b) / n;
  return Math.sqrt(
    array.map((x) => Math.pow(x - mean, 2)).reduce((a, b) => a + b) / n,
  );
};
// ./node_modules/csv-parse/lib/api/index.js
const isRecordEmpty = function (record) {
  return record.every(
    (field) =>
      field == null || (field.toString && field.toString().trim() === ""),
  );
};
const cr = 13;
const nl = 10;
const boms = {
  utf8: Buffer.from([239, 187, 191]),
  utf16le: Buffer.from([255, 254]),
};
const transform = function (original_options = {}) {
  const info = {
    bytes: 0,
    bytes_records: 0,
    comment_lines: 0,
    empty_lines: 0,
    invalid_field_length: 0,
    lines: 1,
    records: 0,
  };
  const options = normalize_options(original_options);
  return {
    info: info,
    original_options: original_options,
    options: options,
    state: init_state(options),
    __needMoreData: function (i, bufLen, end) {
      if (end) return false;
      const { encoding, escape, quote } = this.options;
      const { quoting, needMoreDataSize, recordDelimiterMaxLength } =
        this.state;
      const numOfCharLeft = bufLen - i - 1;
      const requiredLength = Math.max(
        needMoreDataSize,
        recordDelimiterMaxLength === 0
          ? Buffer.from("\r\n", encoding).length
          : recordDelimiterMaxLength,
        quoting ? (escape === null ? 0 : escape.length) + quote.length : 0,
        quoting ? quote.length + recordDelimiterMaxLength : 0,
      );
      return numOfCharLeft < requiredLength;
    },
    parse: function (nextBuf, end, push, close) {
      const {
        bom,
        comment_no_infix,
        delimiter_auto,
        encoding,
        from_line,
        ltrim,
        max_record_size,
        raw,
        relax_quotes,
        rtrim,
        skip_empty_lines,
        to,
        to_line,
      } = this.options;
      let { comment, escape, quote, record_delimiter } = this.options;
      const {
        bomSkipped,
        delimiterDiscovered,
        delimiterBufPrevious,
        rawBuffer,
        escapeIsQuote,
      } = this.state;
      if (!delimiterDiscovered && delimiter_auto) {
        let delimiterBuf;
        if (delimiterBufPrevious === undefined) {
          delimiterBuf = nextBuf;
        } else if (
          delimiterBufPrevious !== undefined &&
          nextBuf === undefined
        ) {
          delimiterBuf = delimiterBufPrevious;
        } else {
          delimiterBuf = Buffer.concat([delimiterBufPrevious, nextBuf]);
        }
        nextBuf = undefined;
        if (end || delimiterBuf.length > delimiter_auto.size) {
          this.options.delimiter = [
            Buffer.from(
              delimiter_discover(delimiterBuf, this.options.delimiter_auto),
            ),
          ];
          this.state.previousBuf = delimiterBuf;
          this.state.delimiterBufPrevious = undefined;
          this.state.delimiterDiscovered = true;
        } else {
          this.state.delimiterBufPrevious = delimiterBuf;
          return;
        }
      }
      const { previousBuf } = this.state;
      let buf;
      if (previousBuf === undefined) {
        if (nextBuf === undefined) {
          close();
          return;
        } else {
          buf = nextBuf;
        }
      } else if (previousBuf !== undefined && nextBuf === undefined) {
        buf = previousBuf;
      } else {
        buf = Buffer.concat([previousBuf, nextBuf]);
      }
      if (bomSkipped === false) {
        if (bom === false) {
          this.state.bomSkipped = true;
        } else if (buf.length < 3) {
          if (end === false) {
            this.state.previousBuf = buf;
            return;
          }
        } else {
          for (const encoding in boms) {
            if (boms[encoding].compare(buf, 0, boms[encoding].length) === 0) {
              const bomLength = boms[encoding].length;
              this.state.bufBytesStart += bomLength;
              buf = buf.slice(bomLength);
              const options = normalize_options({
                ...this.original_options,
                encoding: encoding,
              });
              for (const key in options) {
                this.options[key] = options[key];
              }
              ({ comment, escape, quote } = this.options);
              break;
            }
          }
          this.state.bomSkipped = true;
        }
      }
      const bufLen = buf.length;
      let pos;
      for (pos = 0; pos < bufLen; pos++) {
        if (this.__needMoreData(pos, bufLen, end)) {
          break;
        }
        if (this.state.wasRowDelimiter === true) {
          this.info.lines++;
          this.state.wasRowDelimiter = false;
        }
        if (to_line !== -1 && this.info.lines > to_line) {
          this.state.stop = true;
          close();
          return;
        }
        if (this.state.quoting === false && record_delimiter.length === 0) {
          const record_delimiterCount = this.__autoDiscoverRecordDelimiter(
            buf,
            pos,
          );
          if (record_delimiterCount) {
            record_delimiter = this.options.record_delimiter;
          }
        }
        const chr = buf[pos];
        if (raw === true) {
          rawBuffer.append(chr);
        }
        if (
          (chr === cr || chr === nl) &&
          this.state.wasRowDelimiter === false
        ) {
          this.state.wasRowDelimiter = true;
        }
        if (this.state.escaping === true) {
          this.state.escaping = false;
        } else {
          if (
            escape !== null &&
            this.state.quoting === true &&
            this.__isEscape(buf, pos, chr) &&
            pos + escape.length < bufLen
          ) {
            if (escapeIsQuote) {
              if (this.__isQuote(buf, pos + escape.length)) {
                this.state.escaping = true;
                pos += escape.length - 1;
                continue;
              }
            } else {
              this.state.escaping = true;
              pos += escape.length - 1;
              continue;
            }
          }
          if (this.state.commenting === false && this.__isQuote(buf, pos)) {
            if (this.state.quoting === true) {
              const nextChr = buf[pos + quote.length];
              const isNextChrTrimable =
                rtrim && this.__isCharTrimable(buf, pos + quote.length);
              const isNextChrComment =
                comment !== null &&
                this.__compareBytes(comment, buf, pos + quote.length, nextChr);
              const isNextChrDelimiter = this.__isDelimiter(
                buf,
                pos + quote.length,
                nextChr,
              );
              const isNextChrRecordDelimiter =
                record_delimiter.length === 0
                  ? this.__autoDiscoverRecordDelimiter(buf, pos + quote.length)
                  : this.__isRecordDelimiter(nextChr, buf, pos + quote.length);
              if (
                escape !== null &&
                this.__isEscape(buf, pos, chr) &&
                this.__isQuote(buf, pos + escape.length)
              ) {
                pos += escape.length - 1;
              } else if (
                !nextChr ||
                isNextChrDelimiter ||
                isNextChrRecordDelimiter ||
                isNextChrComment ||
                isNextChrTrimable
              ) {
                this.state.quoting = false;
                this.state.wasQuoting = true;
                pos += quote.length - 1;
                continue;
              } else if (relax_quotes === false) {
                const err = this.__error(
                  new CsvError_CsvError(
                    "CSV_INVALID_CLOSING_QUOTE",
                    [
                      "Invalid Closing Quote:",
                      `got "${String.fromCharCode(nextChr)}"`,
                      `at line ${this.info.lines}`,
                      "instead of delimiter, record delimiter, trimable character",
                      "(if activated) or comment",
                    ],
                    this.options,
                    this.__infoField(),
                  ),
                );
                if (err !== undefined) return err;
              } else {
                this.state.quoting = false;
                this.state.wasQuoting = true;
                this.state.field.prepend(quote);
                pos += quote.length - 1;
              }
            } else {
              if (this.state.field.length !== 0) {
                if (relax_quotes === false) {
                  const info = this.__infoField();
                  const bom = Object.keys(boms)
                    .map((b) =>
                      boms[b].equals(this.state.field.toString()) ? b : false,
                    )
                    .filter(Boolean)[0];
                  const err = this.__error(
                    new CsvError_CsvError(
                      "INVALID_OPENING_QUOTE",
                      [
                        "Invalid Opening Quote:",
                        `a quote is found on field ${JSON.stringify(info.column)} at line ${info.lines}, value is ${JSON.stringify(this.state.field.toString(encoding))}`,
                        bom ? `(${bom} bom)` : undefined,
                      ],
                      this.options,
                      info,
                      {
                        field: this.state.field,
                      },
                    ),
                  );
                  if (err !== undefined) return err;
                }
              } else {
                this.state.quoting = true;
                pos += quote.length - 1;
                continue;
              }
            }
          }
          if (this.state.quoting === false) {
            const recordDelimiterLength = this.__isRecordDelimiter(
              chr,
              buf,
              pos,
            );
            if (recordDelimiterLength !== 0) {
              const skipCommentLine =
                this.state.commenting &&
                this.state.wasQuoting === false &&
                this.state.record.length === 0 &&
                this.state.field.length === 0;
              if (skipCommentLine) {
                this.info.comment_lines++;
              } else {
                if (
                  this.state.enabled === false &&
                  this.info.lines +
                    (this.state.wasRowDelimiter === true ? 1 : 0) >=
                    from_line
                ) {
                  this.state.enabled = true;
                  this.__resetField();
                  this.__resetRecord();
                  pos += recordDelimiterLength - 1;
                  continue;
                }
                if (
                  skip_empty_lines === true &&
                  this.state.wasQuoting === false &&
                  this.state.record.length === 0 &&
                  this.state.field.length === 0
                ) {
                  this.info.empty_lines++;
                  pos += recordDelimiterLength - 1;
                  continue;
                }
                this.info.bytes = this.state.bufBytesStart + pos;
                const errField = this.__onField();
                if (errField !== undefined) return errField;
                this.info.bytes =
                  this.state.bufBytesStart + pos + recordDelimiterLength;
                const errRecord = this.__onRecord(push);
                if (errRecord !== undefined) return errRecord;
                if (to !== -1 && this.info.records >= to) {
                  this.state.stop = true;
                  close();
                  return;
                }
              }
              this.state.commenting = false;
              pos += recordDelimiterLength - 1;
              continue;
            }
            if (this.state.commenting) {
              continue;
            }
            if (
              comment !== null &&
              (comment_no_infix === false ||
                (this.state.record.length === 0 &&
                  this.state.field.length === 0))
            ) {
              const commentCount = this.__compareBytes(comment, buf, pos, chr);
              if (commentCount !== 0) {
                this.state.commenting = true;
                continue;
              }
            }
            const delimiterLength = this.__isDelimiter(buf, pos, chr);
            if (delimiterLength !== 0) {
              this.info.bytes = this.state.bufBytesStart + pos;
              const errField = this.__onField();
              if (errField !== undefined) return errField;
              pos += delimiterLength - 1;
              continue;
            }
          }
        }
        if (this.state.commenting === false) {
          if (
            max_record_size !== 0 &&
            this.state.record_length + this.state.field.length > max_record_size
          ) {
            return this.__error(
              new CsvError_CsvError(
                "CSV_MAX_RECORD_SIZE",
                [
                  "Max Record Size:",
                  "record exceed the maximum number of tolerated bytes",
                  `of ${max_record_size}`,
                  `at line ${this.info.lines}`,
                ],
                this.options,
                this.__infoField(),
              ),
            );
          }
        }
        const lappend =
          ltrim === false ||
          this.state.quoting === true ||
          this.state.field.length !== 0 ||
          !this.__isCharTrimable(buf, pos);
        const rappend = rtrim === false || this.state.wasQuoting === false;
        if (lappend === true && rappend === true) {
          this.state.field.append(chr);
        } else if (rtrim === true && !this.__isCharTrimable(buf, pos)) {
          return this.__error(
            new CsvError_CsvError(
              "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE",
              [
                "Invalid Closing Quote:",
                "found non trimable byte after quote",
                `at line ${this.info.lines}`,
              ],
              this.options,
              this.__infoField(),
            ),
          );
        } else {
          if (lappend === false) {
            pos += this.__isCharTrimable(buf, pos) - 1;
          }
          continue;
        }
      }
      if (end === true) {
        if (this.state.quoting === true) {
          const err = this.__error(
            new CsvError_CsvError(
              "CSV_QUOTE_NOT_CLOSED",
              [
                "Quote Not Closed:",
                `the parsing is finished with an opening quote at line ${this.info.lines}`,
              ],
              this.options,
              this.__infoField(),
            ),
          );
          if (err !== undefined) return err;
        } else {
          if (
            this.state.wasQuoting === true ||
            this.state.record.length !== 0 ||
            this.state.field.length !== 0
          ) {
            this.info.bytes = this.state.bufBytesStart + pos;
            const errField = this.__onField();
            if (errField !== undefined) return errField;
            const errRecord = this.__onRecord(push);
            if (errRecord !== undefined) return errRecord;
          } else if (this.state.wasRowDelimiter === true) {
            this.info.empty_lines++;
          } else if (this.state.commenting === true) {
            this.info.comment_lines++;
          }
        }
      } else {
        this.state.bufBytesStart += pos;
        this.state.previousBuf = buf.slice(pos);
      }
      if (this.state.wasRowDelimiter === true) {
        this.info.lines++;
        this.state.wasRowDelimiter = false;
      }
    },
    __onRecord: function (push) {
      const {
        columns,
        group_columns_by_name,
        encoding,
        info,
        from,
        relax_column_count,
        relax_column_count_less,
        relax_column_count_more,
        raw,
        skip_records_with_empty_values,
      } = this.options;
      const { enabled, record } = this.state;
      if (enabled === false) {
        return this.__resetRecord();
      }
      const recordLength = record.length;
      if (columns === true) {
        if (skip_records_with_empty_values === true && isRecordEmpty(record)) {
          this.__resetRecord();
          return;
        }
        return this.__firstLineToColumns(record);
      }
      if (columns === false && this.info.records === 0) {
        this.state.expectedRecordLength = recordLength;
      }
      if (recordLength !== this.state.expectedRecordLength) {
        const err =
          columns === false
            ? new CsvError_CsvError(
                "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH",
                [
                  "Invalid Record Length:",
                  `expect ${this.state.expectedRecordLength},`,
                  `got ${recordLength} on line ${this.info.lines}`,
                ],
                this.options,
                this.__infoField(),
                {
                  record: record,
                },
              )
            : new CsvError_CsvError(
                "CSV_RECORD_INCONSISTENT_COLUMNS",
                [
                  "Invalid Record Length:",
                  `columns length is ${columns.length},`,
                  `got ${recordLength} on line ${this.info.lines}`,
                ],
                this.options,
                this.__infoField(),
                {
                  record: record,
                },
              );
        if (
          relax_column_count === true ||
          (relax_column_count_less === true &&
            recordLength < this.state.expectedRecordLength) ||
          (relax_column_count_more === true &&
            recordLength > this.state.expectedRecordLength)
        ) {
          this.info.invalid_field_length++;
          this.state.error = err;
        } else {
          const finalErr = this.__error(err);
          if (finalErr) return finalErr;
        }
      }
      if (skip_records_with_empty_values === true && isRecordEmpty(record)) {
        this.__resetRecord();
        return;
      }
      if (this.state.recordHasError === true) {
        this.__resetRecord();
        this.state.recordHasError = false;
        return;
      }
      this.info.records++;
      if (from === 1 || this.info.records >= from) {
        const { objname } = this.options;
        if (columns !== false) {
          const obj = {};
          for (let i = 0, l = record.length; i < l; i++) {
            if (columns[i] === undefined || columns[i].disabled) continue;
            if (
              group_columns_by_name === true &&
              Object.hasOwn(obj, columns[i].name)
            ) {
              if (Array.isArray(obj[columns[i].name])) {
                obj[columns[i].name] = obj[columns[i].name].concat(record[i]);
              } else {
                obj[columns[i].name] = [obj[columns[i].name], record[i]];
              }
            } else {
              Object.defineProperty(obj, columns[i].name, {
                value: record[i],
                enumerable: true,
                writable: true,
                configurable: true,
              });
            }
          }
          if (raw === true || info === true) {
            const extRecord = Object.assign(
              { record: obj },
              raw === true
                ? { raw: this.state.rawBuffer.toString(encoding) }
                : {},
              info === true ? { info: this.__infoRecord() } : {},
            );
            const err = this.__push(
              objname === undefined ? extRecord : [obj[objname], extRecord],
              push,
            );
            if (err) {
              return err;
            }
          } else {
            const err = this.__push(
              objname === undefined ? obj : [obj[objname], obj],
              push,
            );
            if (err) {
              return err;
            }
          }
        } else {
          if (raw === true || info === true) {
            const extRecord = Object.assign(
              { record: record },
              raw === true
                ? { raw: this.state.rawBuffer.toString(encoding) }
                : {},
              info === true ? { info: this.__infoRecord() } : {},
            );
            const err = this.__push(
              objname === undefined ? extRecord : [record[objname], extRecord],
              push,
            );
            if (err) {
              return err;
            }
          } else {
            const err = this.__push(
              objname === undefined ? record : [record[objname], record],
              push,
            );
            if (err) {
              return err;
            }
          }
        }
      }
      this.__resetRecord();
    },
    __firstLineToColumns: function (record) {
      const { firstLineToHeaders } = this.state;
      try {
        const headers =
          firstLineToHeaders === undefined
            ? record
            : firstLineToHeaders.call(null, record);
        if (!Array.isArray(headers)) {
          return this.__error(
            new CsvError_CsvError(
              "CSV_INVALID_COLUMN_MAPPING",
              [
                "Invalid Column Mapping:",
                "expect an array from column function,",
                `got ${JSON.stringify(headers)}`,
              ],
              this.options,
              this.__infoField(),
              {
                headers: headers,
              },
            ),
          );
        }
        const normalizedHeaders = normalize_columns_array(headers);
        this.state.expectedRecordLength = normalizedHeaders.length;
        this.options.columns = normalizedHeaders;
        this.__resetRecord();
        return;
      } catch (err) {
        return err;
      }
    },
    __resetRecord: function () {
      if (this.options.raw === true) {
        this.state.rawBuffer.reset();
      }
      this.state.error = undefined;
      this.state.record = [];
      this.state.record_length = 0;
    },
    __onField: function () {
      const { cast, encoding, rtrim, max_record_size } = this.options;
      const { enabled, wasQuoting } = this.state;
      if (enabled === false) {
        return this.__resetField();
      }
      let field = this.state.field.toString(encoding);
      if (rtrim === true && wasQuoting === false) {
        field = field.trimRight();
      }
      if (cast === true) {
        const [err, f] = this.__cast(field);
        if (err !== undefined) return err;
        field = f;
      }
      this.state.record.push(field);
      if (max_record_size !== 0 && typeof field === "string") {
        this.state.record_length += field.length;
      }
      this.__resetField();
    },
    __resetField: function () {
      this.state.field.reset();
      this.state.wasQuoting = false;
    },
    __push: function (record, push) {
      const { on_record } = this.options;
      if (on_record !== undefined) {
        const info = this.__infoRecord();
        try {
          record = on_record.call(null, record, info);
        } catch (err) {
          return err;
        }
        if (record === undefined || record === null) {
          return;
        }
      }
      this.info.bytes_records += this.info.bytes;
      push(record);
    },
    __cast: function (field) {
      const { columns, relax_column_count } = this.options;
      const isColumns = Array.isArray(columns);
      if (
        isColumns === true &&
        relax_column_count &&
        this.options.columns.length <= this.state.record.length
      ) {
        return [undefined, undefined];
      }
      if (this.state.castField !== null) {
        try {
          const info = this.__infoField();
          return [undefined, this.state.castField.call(null, field, info)];
        } catch (err) {
          return [err];
        }
      }
      if (this.__isFloat(field)) {
        return [undefined, parseFloat(field)];
      } else if (this.options.cast_date !== false) {
        const info = this.__infoField();
        return [undefined, this.options.cast_date.call(null, field, info)];
      }
      return [undefined, field];
    },
    __compareBytes: function (sourceBuf, targetBuf, targetPos, firstByte) {
      if (sourceBuf[0] !== firstByte) return 0;
      const sourceLength = sourceBuf.length;
      for (let i = 1; i < sourceLength; i++) {
        if (sourceBuf[i] !== targetBuf[targetPos + i]) return 0;
      }
      return sourceLength;
    },
    __isCharTrimable: function (buf, pos) {
      const { timchars, timcharFirstBytes } = this.state;
      const first = buf[pos];
      if (first === undefined || timcharFirstBytes[first] === 0) return 0;
      loop1: for (let i = 0; i < timchars.length; i++) {
        const timchar = timchars[i];
        for (let j = 0; j < timchar.length; j++) {
          if (timchar[j] !== buf[pos + j]) continue loop1;
        }
        return timchar.length;
      }
      return 0;
    },
    __isDelimiter: function (buf, pos, chr) {
      const { delimiter, ignore_last_delimiters } = this.options;
      if (
        ignore_last_delimiters === true &&
        this.state.record.length === this.options.columns.length - 1
      ) {
        return 0;
      } else if (
        ignore_last_delimiters !== false &&
        typeof ignore_last_delimiters === "number" &&
        this.state.record.length === ignore_last_delimiters - 1
      ) {
        return 0;
      }
      loop1: for (let i = 0; i < delimiter.length; i++) {
        const del = delimiter[i];
        if (del[0] === chr) {
          for (let j = 1; j < del.length; j++) {
            if (del[j] !== buf[pos + j]) continue loop1;
          }
          return del.length;
        }
      }
      return 0;
    },
    __isEscape: function (buf, pos, chr) {
      const { escape } = this.options;
      if (escape === null) return false;
      const l = escape.length;
      if (escape[0] === chr) {
        for (let i = 0; i < l; i++) {
          if (escape[i] !== buf[pos + i]) {
            return false;
          }
        }
        return true;
      }
      return false;
    },
    __isFloat: function (value) {
      return value - parseFloat(value) + 1 >= 0;
    },
    __isQuote: function (buf, pos) {
      const { quote } = this.options;
      if (quote === null) return false;
      const l = quote.length;
      for (let i = 0; i < l; i++) {
        if (quote[i] !== buf[pos + i]) {
          return false;
        }
      }
      return true;
    },
    __isRecordDelimiter: function (chr, buf, pos) {
      const { record_delimiter } = this.options;
      const recordDelimiterLength = record_delimiter.length;
      loop1: for (let i = 0; i < recordDelimiterLength; i++) {
        const rd = record_delimiter[i];
        const rdLength = rd.length;
        if (rd[0] !== chr) {
          continue;
        }
        for (let j = 1; j < rdLength; j++) {
          if (rd[j] !== buf[pos + j]) {
            continue loop1;
          }
        }
        return rd.length;
      }
      return 0;
    },
    __autoDiscoverRecordDelimiter: function (buf, pos) {
      const { encoding } = this.options;
      const rds = [
        Buffer.from("\r\n", encoding),
        Buffer.from("\n", encoding),
        Buffer.from("\r", encoding),
      ];
      loop: for (let i = 0; i < rds.length; i++) {
        const l = rds[i].length;
        for (let j = 0; j < l; j++) {
          if (rds[i][j] !== buf[pos + j]) {
            continue loop;
          }
        }
        this.options.record_delimiter.push(rds[i]);
        this.state.recordDelimiterMaxLength = rds[i].length;
        return rds[i].length;
      }
      return 0;
    },
    __error: function (msg) {
      const { encoding, raw, skip_records_with_error } = this.options;
      const err = typeof msg === "string" ? new Error(msg) : msg;
      if (skip_records_with_error) {
        this.state.recordHasError = true;
        if (this.options.on_skip !== undefined) {
          try {
            this.options.on_skip(
              err,
              raw ? this.state.rawBuffer.toString(encoding) : undefined,
            );
          } catch (err) {
            return err;
          }
        }
        return undefined;
      } else {
        return err;
      }
    },
    __infoDataSet: function () {
      return {
        ...this.info,
        columns: this.options.columns,
      };
    },
    __infoRecord: function () {
      const { columns, raw, encoding } = this.options;
      return {
        ...this.__infoDataSet(),
        bytes_records: this.info.bytes,
        error: this.state.error,
        header: columns === true,
        index: this.state.record.length,
        raw: raw ? this.state.rawBuffer.toString(encoding) : undefined,
      };
    },
    __infoField: function () {
      const { columns } = this.options;
      const isColumns = Array.isArray(columns);
      const bytes_records = this.info.bytes_records;
      return {
        ...this.__infoRecord(),
        bytes_records: bytes_records,
        column:
          isColumns === true
            ? columns.length > this.state.record.length
              ? columns[this.state.record.length].name
              : null
            : this.state.record.length,
        quoting: this.state.wasQuoting,
      };
    },
  };
};
// ./node_modules/csv-parse/lib/index.js
class Parser extends external_stream_namespaceObject.Transform {
  constructor(opts = {}) {
    super({ ...{ readableObjectMode: true }, ...opts, encoding: null });
    this.api = transform({
      on_skip: (err, chunk) => {
        this.emit("skip", err, chunk);
      },
      ...opts,
    });
    this.state = this.api.state;
    this.options = this.api.options;
    this.info = this.api.info;
  }
  _transform(buf, _, callback) {
    if (this.state.stop === true) {
      return;
    }
    const err = this.api.parse(
      buf,
      false,
      (record) => {
        this.push(record);
      },
      () => {
        this.push(null);
        this.end();
        this.on("end", this.destroy);
      },
    );
    if (err !== undefined) {
      this.state.stop = true;
    }
    callback(err);
  }
  _flush(callback) {
    if (this.state.stop === true) {
      return;
    }
    const err = this.api.parse(
      undefined,
      true,
      (record) => {
        this.push(record);
      },
      () => {
        this.push(null);
        this.on("end", this.destroy);
      },
    );
    callback(err);
  }
}
const parse = function () {
  let data, options, callback;
  for (const i in arguments) {
    const argument = arguments[i];
    const type = typeof argument;
    if (
      data === undefined &&
      (typeof argument === "string" || Buffer.isBuffer(argument))
    ) {
      data = argument;
    } else if (options === undefined && is_object(argument)) {
      options = argument;
    } else if (callback === undefined && type === "function") {
      callback = argument;
    } else {
      throw new CsvError(
        "CSV_INVALID_ARGUMENT",
        ["Invalid argument:", `got ${JSON.stringify(argument)} at index ${i}`],
        options || {},
      );
    }
  }
  const parser = new Parser(options);
  if (callback) {
    const records =
      options === undefined || options.objname === undefined
        ? []
        : Object.create(null);
    parser.on("readable", function () {
      let record;
      while ((record = this.read()) !== null) {
        if (options === undefined || options.objname === undefined) {
          records.push(record);
        } else {
          Object.assign(records, {
            [record[0]]: record[1],
          });
        }
      }
    });
    parser.on("error", function (err) {
      callback(err, undefined, parser.api.__infoDataSet());
    });
    parser.on("end", function () {
      callback(undefined, records, parser.api.__infoDataSet());
    });
  }
  if (data !== undefined) {
    const writer = function () {
      parser.write(data);
      parser.end();
    };
    if (typeof setImmediate === "function") {
      setImmediate(writer);
    } else {
      setTimeout(writer, 0);
    }
  }
  return parser;
};
// ./src/file/formats/lines.ts
const CR = 13;
const LF = 10;
class LineCursor {
  line = 1;
  offset = 0;
  pieces = [];
  at = 0;
  get position() {
    return this.offset;
  }
  push(piece) {
    if (piece.length > 0) this.pieces.push(piece);
  }
  lineOfRecordFrom(offset) {
    let piece = this.pieces[0];
    while (piece !== undefined) {
      const byte = piece[this.at];
      if (this.offset >= offset && !this.atLineBreak(byte)) break;
      if (byte === LF) this.line++;
      this.offset++;
      if (++this.at < piece.length) continue;
      this.pieces.shift();
      this.at = 0;
      piece = this.pieces[0];
    }
    return this.line;
  }
  bytesBetween(from, to) {
    const parts = [];
    let begin = this.offset - this.at;
    for (const piece of this.pieces) {
      if (begin >= to) break;
      parts.push(piece.subarray(Math.max(0, from - begin), to - begin));
      begin += piece.length;
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : Buffer.concat(parts);
  }
  atLineBreak(byte) {
    if (byte !== CR) return byte === LF;
    const next = this.pieces[0]?.[this.at + 1] ?? this.pieces[1]?.[0];
    return next === LF || next === undefined;
  }
}
// ./src/file/formats/csv.ts
const LONGEST_RECORD_BYTES = 10 * 2 ** 20;
const BOM = [0xef, 0xbb, 0xbf];
const QUOTE = 34;
const csv_CR = 13;
const csv_LF = 10;
class DirectParser extends Parser {
  onRow;
  constructor(onRow) {
    super({
      bom: true,
      max_record_size: LONGEST_RECORD_BYTES,
      record_delimiter: ["\r\n", "\n"],
      relax_column_count: true,
      skip_empty_lines: true,
    });
    this.onRow = onRow;
  }
  push(record) {
    if (record === null) return super.push(null);
    this.onRow(record);
    return true;
  }
}
class CsvReader {
  cursor = new LineCursor();
  parser;
  rows = [];
  end = 0;
  hasCr = false;
  head = [];
  constructor() {
    this.parser = new DirectParser((cells) => {
      const { bytes } = this.parser.info;
      const looseCr =
        this.hasCr &&
        cells.some((cell) => cell.includes("\r")) &&
        hasLooseCr(this.cursor.bytesBetween(this.end, bytes));
      this.rows.push({ line: this.nextLine(), cells, looseCr });
      this.end = bytes;
    });
    this.parser.on("error", () => undefined);
  }
  async push(piece) {
    this.passBom(piece);
    this.hasCr ||= piece.includes(csv_CR);
    this.cursor.push(piece);
    return this.rowsAfter((done) => {
      this.parser.write(piece, done);
    });
  }
  async finish() {
    return this.rowsAfter((done) => {
      this.parser.end(done);
    });
  }
  async rowsAfter(work) {
    this.rows = [];
    const error = await new Promise((resolve) => {
      work((problem) => {
        resolve(problem ?? undefined);
      });
    });
    const { rows } = this;
    const text = error === undefined ? this.tooLong() : csv_inWords(error);
    return text === undefined
      ? { rows }
      : { rows, defect: { line: this.nextLine(), text } };
  }
  tooLong() {
    const { bytes } = this.parser.info;
    if (bytes - this.end <= LONGEST_RECORD_BYTES) return undefined;
    this.nextLine();
    return bytes - this.cursor.position > LONGEST_RECORD_BYTES
      ? TOO_LONG
      : undefined;
  }
  passBom(piece) {
    if (this.head.length === BOM.length) return;
    this.head.push(...piece.subarray(0, BOM.length - this.head.length));
    if (BOM.every((byte, at) => this.head[at] === byte)) this.end = BOM.length;
  }
  nextLine() {
    return this.cursor.lineOfRecordFrom(this.end);
  }
}
function hasLooseCr(bytes) {
  let within = false;
  return bytes.some((byte, at) => {
    if (byte === QUOTE) within = !within;
    return byte === csv_CR && !within && bytes[at + 1] !== csv_LF;
  });
}
function csv_inWords(error) {
  const { code } = error;
  return (
    (code && csv_WORDS[code]) ?? `this record cannot be read: ${error.message}`
  );
}
const MISPLACED =
  'this record has a quote (") in the middle of a cell: quote the whole cell and double the quotes in it. What follows ' +
  "was not checked";
const TOO_LONG =
  'this record is longer than 10 MiB; perhaps a quote (") in it is not closed. What follows was not checked';
const csv_WORDS = {
  CSV_QUOTE_NOT_CLOSED: 'this record has a quote (") that is never closed',
  CSV_INVALID_CLOSING_QUOTE: MISPLACED,
  INVALID_OPENING_QUOTE: MISPLACED,
  CSV_MAX_RECORD_SIZE: TOO_LONG,
};
// ./src/file/formats/record-key.ts
const record_key_DEEPEST = 1_000;
const LONG_NUMBER = /\d[\d.]{15}|[eE][+-]?\d{3}/;
const STRING_OR_NUMBER = /"|-?\d[\d.eE+-]*/g;
const EXACT_DIGITS = 15;
function recordText(json) {
  return canonicalText(json, JSON.parse(json));
}
function canonicalText(json, value) {
  return canonical(
    LONG_NUMBER.test(json) ? JSON.parse(withLongNumbersAsText(json)) : value,
  );
}
function isTooDeep(value, depth = 0) {
  if (typeof value !== "object" || value === null) return false;
  if (depth === record_key_DEEPEST) return true;
  return Object.values(value).some((part) => isTooDeep(part, depth + 1));
}
function canonical(value) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`);
  return `{${members.join(",")}}`;
}
function withLongNumbersAsText(json) {
  const find = new RegExp(STRING_OR_NUMBER);
  let text = "";
  let from = 0;
  for (let found = find.exec(json); found; found = find.exec(json)) {
    const [token] = found;
    if (token === '"') {
      find.lastIndex = endOfString(json, found.index);
      continue;
    }
    if (isExact(token)) continue;
    text += `${json.slice(from, found.index)}{"\\u0000":"${token}"}`;
    from = find.lastIndex;
  }
  return text + json.slice(from);
}
function endOfString(json, start) {
  let end = start;
  do {
    end = json.indexOf('"', end + 1);
  } while (isEscaped(json, end));
  return end + 1;
}
function isEscaped(json, at) {
  let before = at;
  while (json[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
}
function isExact(token) {
  const [mantissa = ""] = token.split(/e/i);
  const digits = mantissa.replace(/\D/g, "").length;
  return digits <= EXACT_DIGITS && Number.isFinite(Number(token));
}
const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(
  import.meta.url,
)("node:crypto");
// ./src/file/unchanged.ts
const SEALED_BYTES = 2 ** 20;
class Sealer {
  seals = [];
  hash = (0, external_node_crypto_namespaceObject.createHash)("sha256");
  left = SEALED_BYTES;
  push(piece) {
    let rest = piece;
    while (rest.length >= this.left) {
      this.hash.update(rest.subarray(0, this.left));
      rest = rest.subarray(this.left);
      this.seals.push(this.hash.copy().digest("binary"));
      this.left = SEALED_BYTES;
    }
    this.hash.update(rest);
    this.left -= rest.length;
  }
  end() {
    return this.hash.digest("hex");
  }
}
async function* sealed(files, file, { sha256, seals }) {
  const sealer = new Sealer();
  const held = [];
  let known = 0;
  let left = 0;
  for await (const piece of piecesOf(files, file)) {
    sealer.push(piece);
    held.push(piece);
    for (; known < sealer.seals.length; known++) {
      if (sealer.seals[known] !== seals[known]) throw hasChanged(file);
      left += SEALED_BYTES;
    }
    for (let first = held[0]; first && first.length <= left; first = held[0]) {
      held.shift();
      left -= first.length;
      yield first;
    }
  }
  if (sealer.end() !== sha256) throw hasChanged(file);
  yield* held;
}
async function* unchanged(files, file) {
  let left = file.bytes;
  for await (const piece of piecesOf(files, file, "readInTurns")) {
    left -= piece.length;
    if (left < 0) break;
    if (left === 0) {
      const now = await files.stat(file.path).catch(() => undefined);
      if (now?.bytes !== file.bytes || now.modifiedMs !== file.modifiedMs)
        break;
    }
    yield piece;
    if (left === 0) return;
  }
  throw hasChanged(file);
}
function hasChanged({ relativePath }, how = "") {
  return new Stop({
    title: "The dataset file has changed",
    what: `${relativePath} changed while this step was at work on it${how}.`,
    next: "Make sure that nothing else writes to the file during this step, then run this job again.",
  });
}
// ./src/file/formats/jsonl.ts
const jsonl_LF = 10;
class JsonlReader {
  line = 1;
  begun = [];
  begunBytes = 0;
  push(piece) {
    const rows = [];
    let start = 0;
    for (;;) {
      const end = piece.indexOf(jsonl_LF, start);
      const part = piece.subarray(start, end === -1 ? piece.length : end);
      this.begunBytes += part.length;
      if (this.begunBytes > LONGEST_RECORD_BYTES) {
        const text =
          "this line is longer than 10 MiB. What follows was not checked";
        return { rows, defect: { line: this.line, text } };
      }
      this.begun.push(part);
      if (end === -1) return { rows };
      rows.push(...this.take());
      start = end + 1;
    }
  }
  finish() {
    return { rows: this.take() };
  }
  take() {
    const whole = Buffer.concat(this.begun).toString("utf8");
    const text = whole.trim();
    const line = this.line++;
    this.begun = [];
    this.begunBytes = 0;
    return text === "" ? [] : [{ line, text }];
  }
}
// ./src/file/formats/records.ts
async function* readRecords(files, file, signal, seals) {
  let index = 0;
  for await (const rows of rowsOf(files, file, signal, seals)) {
    for (const { line, json } of rows) {
      yield { index, line, json: json() };
      index++;
    }
  }
}
function readRecordTexts(files, file, signal) {
  return rowsOf(files, file, signal);
}
async function records_linesOf(files, file, indices, signal) {
  const lines = new Map();
  let last = -1;
  for (const index of indices) last = Math.max(last, index);
  let index = 0;
  for await (const rows of rowsOf(files, file, signal)) {
    for (const { line } of rows) {
      if (indices.has(index)) lines.set(index, line);
      index++;
    }
    if (index > last) break;
  }
  return lines;
}
async function* rowsOf(files, file, signal, seals) {
  const pieces = seals ? sealed(files, file, seals) : piecesOf(files, file);
  if (file.format === "jsonl") {
    const reader = new JsonlReader();
    for await (const piece of pieces) {
      signal.throwIfAborted();
      yield sound(file, reader.push(piece)).map(fromLine);
    }
    yield sound(file, reader.finish()).map(fromLine);
    return;
  }
  const reader = new CsvReader();
  let header;
  const records = (found) => {
    const rows = sound(file, found);
    const [first, ...others] = rows;
    if (header !== undefined) return rows.map(fromRow(header));
    if (first === undefined) return [];
    header = headerOf(first.cells);
    return others.map(fromRow(header));
  };
  for await (const piece of pieces) {
    signal.throwIfAborted();
    yield records(await reader.push(piece));
  }
  yield records(await reader.finish());
}
function fromLine({ line, text }) {
  const json = () => text.replaceAll("\r", " ");
  return { line, json, text: () => recordText(json()) };
}
function headerOf(names) {
  const columns = names.map((name, at) => ({ at, name, key: keyOf(name) }));
  const sorted = columns.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { columns, sorted };
}
function keyOf(name) {
  return `${JSON.stringify(name)}:`;
}
function fromRow({ columns, sorted }) {
  return ({ line, cells }) => {
    const object = (order) =>
      `{${order.map(({ at, key }) => key + JSON.stringify(cells[at] ?? "")).join(",")}}`;
    return { line, json: () => object(columns), text: () => object(sorted) };
  };
}
function sound(file, { rows, defect }) {
  if (!defect) return rows;
  throw hasChanged(file, `: line ${String(defect.line)}: ${defect.text}`);
}
// ./src/file/history/bits.ts
class Bits {
  words = new Uint8Array(2 ** 10);
  set(at) {
    const word = at >>> 3;
    if (word >= this.words.length) {
      const more = new Uint8Array(Math.max(word + 1, this.words.length * 4));
      more.set(this.words);
      this.words = more;
    }
    this.words[word] = (this.words[word] ?? 0) | (1 << (at & 7));
  }
  has(at) {
    return (((this.words[at >>> 3] ?? 0) >> (at & 7)) & 1) === 1;
  }
}
// ./src/file/history/line-breaks.ts
const line_breaks_LF = 10;
const line_breaks_CR = 13;
function withCrlf() {
  let last;
  return (piece) => {
    const out = Buffer.allocUnsafe(2 * piece.length);
    let length = 0;
    let start = 0;
    const copyTo = (end) => {
      out.set(piece.subarray(start, end), length);
      length += end - start;
      start = end;
    };
    for (
      let at = piece.indexOf(line_breaks_LF);
      at !== -1;
      at = piece.indexOf(line_breaks_LF, at + 1)
    ) {
      if ((at === 0 ? last : piece[at - 1]) === line_breaks_CR) continue;
      copyTo(at);
      out[length++] = line_breaks_CR;
    }
    copyTo(piece.length);
    last = piece.at(-1) ?? last;
    return out.subarray(0, length);
  };
}
// ./src/file/history/stops.ts
const OTHER_WAY = "or use new_batch: all_rows";
const FULL_CHECKOUT =
  "Give actions/checkout the input fetch-depth: 0, without filter and sparse-checkout";
function unknownRows(what, next, words) {
  return new Stop({
    title: "The new rows cannot be determined",
    what: `new_batch: new_rows: ${what}. Nothing was written to Prolific.`,
    next: `${next}.`,
    words,
  });
}
function stops_named(prefixes) {
  const shown = prefixes.slice(0, 3).join(", ");
  const more = prefixes.length - 3;
  const rest = more > 0 ? ` and ${String(more)} more` : "";
  return prefixes.length === 1
    ? `the content ${shown} of an earlier batch`
    : `the contents ${shown}${rest} of earlier batches`;
}
function notInShallowClone({ relativePath }, missing) {
  return unknownRows(
    `${stops_named(missing)} cannot be found: the checkout holds only a part of the history of ${relativePath}`,
    `Give actions/checkout the input fetch-depth: 0, then run this job again, ${OTHER_WAY}`,
  );
}
function notInHistory({ relativePath }, missing) {
  return unknownRows(
    `${stops_named(missing)} cannot be found in the history of ${relativePath}: it was uploaded from another file or ` +
      "repository, or its commit was removed from the history",
    `Use a batch that has no data yet, or one whose data this action uploaded from this file, as batch_id, ${OTHER_WAY}`,
  );
}
function inLfs({ relativePath }, found) {
  return unknownRows(
    `${stops_named(found)} of ${relativePath} is in Git LFS, and the history holds only a pointer to it`,
    `Commit the file without Git LFS from the first batch on, ${OTHER_WAY}`,
  );
}
function zipHasNoRows({ relativePath }) {
  return unknownRows(
    `the records of a ZIP such as ${relativePath} are not compared`,
    `Commit the records as a .csv or .jsonl file, ${OTHER_WAY}`,
  );
}
function noRepository({ relativePath }) {
  return unknownRows(
    `${relativePath} is not in a Git repository, so its earlier contents are unknown`,
    `Check the repository out with actions/checkout and fetch-depth: 0 (it uses Git only when git is installed), ${OTHER_WAY}`,
  );
}
function unreadableContent({ relativePath }, prefix) {
  return unknownRows(
    `the content ${prefix} of ${relativePath} that an earlier batch has cannot be read as records`,
    `Use another batch as batch_id, ${OTHER_WAY}`,
  );
}
function gitStop({ relativePath }, { kind, words }) {
  const looked = `the history of ${relativePath}`;
  switch (kind) {
    case "missing":
      return unknownRows(
        `${looked} cannot be read: git cannot be started on this runner`,
        "Install git on the runner or in the container of the job, before actions/checkout and on the PATH of this step",
        words,
      );
    case "slow":
      return unknownRows(
        `git took too long to read ${looked}`,
        `Run this job again, ${OTHER_WAY}`,
        words,
      );
    case "long":
      return unknownRows(
        `git printed too much while it read ${looked}`,
        "Use new_batch: all_rows",
        words,
      );
    case "failed":
      return unknownRows(
        `git could not read ${looked}`,
        `${FULL_CHECKOUT}, then run this job again`,
        words,
      );
  }
}
// ./src/file/history/repository.ts
async function repositoryOf({ files, workspace, file }) {
  const root = await files.realPath(workspace);
  const parts = file.relativePath.split("/");
  for (let depth = parts.length - 1; depth >= 0; depth--) {
    const workTree = (0, external_node_path_namespaceObject.join)(
      root,
      ...parts.slice(0, depth),
    );
    try {
      await files.stat(
        (0, external_node_path_namespaceObject.join)(workTree, ".git"),
      );
      return { workTree, path: parts.slice(depth).join("/") };
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOENT" || code === "ENOTDIR") continue;
      const trouble = systemErrorWords(error);
      if (trouble === undefined) throw error;
      throw unknownRows(
        `the repository of ${file.relativePath} ${trouble}`,
        "Check the rights of the folder .git",
      );
    }
  }
  throw noRepository(file);
}
async function isShallow({ git, signal }, { workTree }) {
  const args = ["rev-parse", "--is-shallow-repository"];
  let text = "";
  for await (const piece of git.run(workTree, args, signal, 1024)) {
    text += Buffer.from(piece).toString("latin1");
  }
  return text.trim() === "true";
}
// ./src/file/history/blobs.ts
const LIST_BYTES = 256 * 2 ** 20;
const MOST_NAMES = 50;
const MOST_ADDING_COMMITS = 200;
const LOG = [
  "log",
  "-m",
  "--raw",
  "-z",
  "--no-abbrev",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-show-signature",
  "--format=%H %P",
];
async function* blobsOf(git, { workTree, path }, revisions, signal) {
  const names = new Set([path]);
  const seen = new Set();
  const changes = (args) =>
    changesIn(git.run(workTree, [...LOG, ...args], signal, LIST_BYTES));
  for (const name of names) {
    const adding = new Map();
    const list = ["--no-renames", "--full-history", revisions, "--", name];
    for await (const change of changes(list)) {
      const { commit, parents, status, blobs } = change;
      for (const blob of blobs) {
        if (seen.has(blob)) continue;
        seen.add(blob);
        yield blob;
      }
      const more = (adding.get(commit) ?? Math.max(1, parents)) - 1;
      if (status === "A") adding.set(commit, more);
    }
    const born = [...adding].filter(([, left]) => left === 0);
    const commits = born.slice(-MOST_ADDING_COMMITS).map(([commit]) => commit);
    if (commits.length === 0) continue;
    const renames = ["--no-walk=unsorted", "-M", "-C", "--diff-filter=RC"];
    for await (const { paths } of changes([...renames, ...commits, "--"])) {
      const [from = "", to] = paths;
      if (to === name && names.size < MOST_NAMES) names.add(from);
    }
  }
}
async function* changesIn(output) {
  let commit = "";
  let parents = 0;
  let raw;
  let paths = [];
  for await (const token of tokensOf(output)) {
    if (raw === undefined) {
      const text = token.trimStart();
      if (text.startsWith(":")) {
        raw = text.slice(1).split(" ");
        paths = [];
      } else if (text !== "") {
        const [first = "", ...others] = text.trim().split(" ");
        commit = first;
        parents = others.length;
      }
      continue;
    }
    paths.push(token);
    const [oldMode = "", newMode = "", before = "", after = "", kind = ""] =
      raw;
    const status = kind.charAt(0);
    if (paths.length < (status === "R" || status === "C" ? 2 : 1)) continue;
    const blobs = [
      ...(isFile(newMode) ? [after] : []),
      ...(isFile(oldMode) ? [before] : []),
    ];
    yield { commit, parents, status, blobs, paths };
    raw = undefined;
  }
}
function isFile(mode) {
  return mode.startsWith("100");
}
async function* tokensOf(output) {
  let begun = [];
  for await (const piece of output) {
    let start = 0;
    for (;;) {
      const end = piece.indexOf(0, start);
      if (end === -1) break;
      begun.push(piece.subarray(start, end));
      yield Buffer.concat(begun).toString("utf8");
      begun = [];
      start = end + 1;
    }
    begun.push(Buffer.from(piece.subarray(start)));
  }
}
// ./src/file/history/contents.ts
const CONTENT_BYTES = 16 * 2 ** 30;
const LFS_OID =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n[^]*?^oid sha256:([0-9a-f]{64})$/m;
const START_BYTES = 1024;
async function findContents(search, wanted) {
  if (wanted.length === 0) return [];
  try {
    return await found(search, await repositoryOf(search), wanted);
  } catch (error) {
    throw error instanceof GitError ? gitStop(search.file, error) : error;
  }
}
async function found(search, repository, wanted) {
  const { git, file, signal } = search;
  const contents = new Map();
  const missing = new Set(wanted.map((prefix) => prefix.toLowerCase()));
  const pointers = new Set();
  const seen = new Set();
  let trouble;
  for (const revisions of ["HEAD", "--all"]) {
    for await (const blob of blobsOf(git, repository, revisions, signal)) {
      if (seen.has(blob)) continue;
      seen.add(blob);
      try {
        const hashes = await hashesOf(search, repository, blob);
        for (const { sha256, crlf } of hashes.as) {
          const prefix = contentHash(sha256);
          if (!missing.delete(prefix)) continue;
          const read = () => bytesOf(search, repository, blob, crlf);
          contents.set(prefix, { prefix, format: hashes.format, read });
        }
        const pointed = hashes.lfs && contentHash(hashes.lfs);
        if (pointed !== undefined && missing.has(pointed)) {
          pointers.add(pointed);
        }
      } catch (error) {
        if (!(error instanceof GitError && error.kind === "failed")) {
          throw error;
        }
        trouble ??= error;
      }
      if (missing.size === 0) return [...contents.values()];
    }
  }
  if (pointers.size > 0) throw inLfs(file, [...pointers]);
  if (trouble !== undefined) throw trouble;
  throw (await isShallow(search, repository))
    ? notInShallowClone(file, [...missing])
    : notInHistory(file, [...missing]);
}
async function hashesOf(search, repository, blob) {
  const asIs = (0, external_node_crypto_namespaceObject.createHash)("sha256");
  const onWindows = (0, external_node_crypto_namespaceObject.createHash)(
    "sha256",
  );
  const convert = withCrlf();
  let start = "";
  for await (const piece of bytesOf(search, repository, blob, false)) {
    asIs.update(piece);
    onWindows.update(convert(piece));
    if (start.length < START_BYTES) {
      start += Buffer.from(piece.subarray(0, START_BYTES)).toString("latin1");
    }
  }
  return {
    as: [
      { sha256: asIs.digest("hex"), crlf: false },
      { sha256: onWindows.digest("hex"), crlf: true },
    ],
    lfs: LFS_OID.exec(start)?.[1],
    format: formatOf(start),
  };
}
async function* bytesOf({ git, signal }, { workTree }, blob, crlf) {
  const args = ["cat-file", "blob", blob];
  const pieces = git.run(workTree, args, signal, CONTENT_BYTES);
  const convert = withCrlf();
  for await (const piece of pieces) {
    yield crlf ? convert(piece) : piece;
  }
}
function formatOf(start) {
  if (start.startsWith("PK\u0003\u0004")) return "zip";
  return /^(\xef\xbb\xbf)?\s*\{\s*["}]/.test(start) ? "jsonl" : "csv";
}
// ./src/file/history/lines.ts
const lines_BOM = Uint8Array.of(0xef, 0xbb, 0xbf);
const lines_LF = 10;
const lines_CR = 13;
class LineRanges {
  count = 0;
  firsts = new Uint32Array(2 ** 8);
  afters = new Uint32Array(2 ** 8);
  places = new Uint32Array(2 ** 8);
  next = 1;
  add(first, after) {
    const at = this.count++;
    if (at === this.firsts.length) {
      this.firsts = larger(this.firsts, at * 4);
      this.afters = larger(this.afters, at * 4);
      this.places = larger(this.places, at * 4);
    }
    this.firsts[at] = first;
    this.afters[at] = after;
    this.places[at] = this.next;
    this.next += after - first;
  }
  firstOf(range) {
    return this.firsts[range] ?? 0;
  }
  afterOf(range) {
    return this.afters[range] ?? 0;
  }
  lineOf(place) {
    let low = 0;
    let high = this.count;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.places[middle] ?? 0) <= place) low = middle;
      else high = middle;
    }
    return this.firstOf(low) + place - (this.places[low] ?? 0);
  }
}
class LineShape {
  crlf = false;
  blank = new Bits();
  skipBom = withoutBom();
  line = 1;
  begun = 0;
  last = 0;
  push(raw) {
    const piece = this.skipBom(raw);
    let start = 0;
    for (;;) {
      const end = piece.indexOf(lines_LF, start);
      const length = (end === -1 ? piece.length : end) - start;
      if (length > 0) this.last = piece[start + length - 1] ?? 0;
      this.begun += length;
      if (end === -1) return;
      const hasCr = this.begun > 0 && this.last === lines_CR;
      if (this.begun === (hasCr ? 1 : 0)) this.blank.set(this.line);
      if (this.line === 1) this.crlf = hasCr;
      this.line++;
      this.begun = 0;
      start = end + 1;
    }
  }
  get end() {
    return this.line + (this.begun > 0 ? 1 : 0);
  }
  pastBlank(line) {
    let first = line;
    while (this.blank.has(first)) first++;
    return first;
  }
  withoutBlank(first, after) {
    let end = after;
    while (end > first && this.blank.has(end - 1)) end--;
    return end;
  }
}
async function* lines_linesOf(pieces, ranges, lineBreak) {
  const skipBom = withoutBom();
  let line = 1;
  let range = 0;
  let last = lines_LF;
  for await (const raw of pieces) {
    const piece = skipBom(raw);
    let at = 0;
    while (at < piece.length) {
      if (range === ranges.count) break;
      const first = ranges.firstOf(range);
      const after = ranges.afterOf(range);
      const start = at;
      const within = line >= first;
      const until = within ? after : first;
      while (line < until && at < piece.length) {
        const end = piece.indexOf(lines_LF, at);
        at = end === -1 ? piece.length : end + 1;
        if (end !== -1) line++;
      }
      if (!within) continue;
      last = piece[at - 1] ?? last;
      yield piece.subarray(start, at);
      if (line === after) range++;
    }
  }
  if (range < ranges.count && last !== lines_LF) yield lineBreak;
}
async function* gathered(parts, bytes) {
  let buffer = Buffer.allocUnsafe(bytes);
  let length = 0;
  for await (const part of parts) {
    for (let at = 0; at < part.length;) {
      const some = part.subarray(at, at + bytes - length);
      buffer.set(some, length);
      length += some.length;
      at += some.length;
      if (length < bytes) continue;
      yield buffer;
      buffer = Buffer.allocUnsafe(bytes);
      length = 0;
    }
  }
  if (length > 0) yield buffer.subarray(0, length);
}
function withoutBom() {
  let matched = 0;
  return (piece) => {
    let at = 0;
    const held = matched;
    while (matched < lines_BOM.length && at < piece.length) {
      if (piece[at] !== lines_BOM[matched]) {
        const start = lines_BOM.subarray(0, held);
        matched = lines_BOM.length;
        return held === 0 ? piece : Buffer.concat([start, piece]);
      }
      matched++;
      at++;
    }
    return piece.subarray(at);
  };
}
// ./src/file/history/virtual-file.ts
const virtual_file_PIECE_BYTES = 2 ** 16;
const virtual_file_UPLOAD_PIECE_BYTES = 2 ** 20;
const SUFFIX = "\0new-rows";
async function partOf(files, whole, { ranges, seals, crlf, signal }) {
  const path = `${whole.path}${SUFFIX}`;
  const lineBreak = Buffer.from(crlf ? "\r\n" : "\n");
  const watched = async function* () {
    for await (const piece of sealed(files, whole, seals)) {
      signal.throwIfAborted();
      yield piece;
    }
  };
  const read = (pieceBytes) =>
    gathered(lines_linesOf(watched(), ranges, lineBreak), pieceBytes);
  let bytes = 0;
  for await (const piece of read(virtual_file_UPLOAD_PIECE_BYTES))
    bytes += piece.length;
  const { modifiedMs } = whole;
  const withPart = {
    realPath: (asked) =>
      asked === path ? Promise.resolve(path) : files.realPath(asked),
    stat: (asked) =>
      asked === path
        ? Promise.resolve({ kind: "file", bytes, modifiedMs })
        : files.stat(asked),
    read: (asked) =>
      asked === path ? read(virtual_file_PIECE_BYTES) : files.read(asked),
    readInTurns: (asked) =>
      asked === path
        ? read(virtual_file_UPLOAD_PIECE_BYTES)
        : files.readInTurns(asked),
  };
  return { file: { ...whole, path, bytes }, files: withPart };
}
// ./src/file/history/new-rows.ts
async function findNewRows(from) {
  const { files, file, signal } = from;
  if (file.format === "zip") throw zipHasNoRows(file);
  const contents = await findContents(from, from.earlier);
  const committed = await readCommitted(from);
  for (const content of contents) await passOver(from, committed, content);
  const { set, shape, seals } = committed;
  const { ranges, records } = choose(file, committed);
  const { distinct } = set;
  if (records === 0) {
    return {
      records,
      distinct,
      file: undefined,
      files,
      lineOf: (line) => line,
    };
  }
  const part = await partOf(files, file, {
    ...{ ranges, seals, signal },
    crlf: shape.crlf,
  });
  return { records, distinct, ...part, lineOf: (line) => ranges.lineOf(line) };
}
async function readCommitted({ files, file, signal }) {
  const set = new RecordSet();
  const old = new Bits();
  const shape = new LineShape();
  const sealer = new Sealer();
  const tapped = reading(files, async function* (path) {
    for await (const piece of files.read(path)) {
      sealer.push(piece);
      shape.push(piece);
      yield piece;
    }
  });
  let starts = new Uint32Array(2 ** 10);
  for await (const records of readRecordTexts(tapped, file, signal)) {
    for (const record of records) {
      const { line } = record;
      const index = set.count;
      if (index === starts.length) starts = larger(starts, index * 4);
      starts[index] = line;
      const text = textOf(record);
      if (text === undefined) {
        throw hasChanged(file, `: line ${String(line)} is not JSON`);
      }
      if (set.add(text) !== undefined) old.set(index);
    }
  }
  const seals = { sha256: sealer.end(), seals: sealer.seals };
  return { set, starts, old, shape, seals };
}
async function passOver({ files, file, signal }, { set, old }, content) {
  const { prefix, format } = content;
  if (format === "zip") throw zipHasNoRows(file);
  const earlier = reading(files, () => content.read());
  try {
    const pieces = readRecordTexts(earlier, { ...file, format }, signal);
    let count = 0;
    for await (const records of pieces) {
      count += records.length;
      for (const record of records) {
        const text = textOf(record);
        if (text === undefined) throw unreadableContent(file, prefix);
        const index = set.find(text);
        if (index !== undefined) old.set(index);
      }
    }
    if (count === 0) throw unreadableContent(file, prefix);
  } catch (error) {
    if (error instanceof GitError) throw gitStop(file, error);
    throw error instanceof Stop ? unreadableContent(file, prefix) : error;
  }
}
function choose({ format }, { set, starts, old, shape }) {
  const ranges = new LineRanges();
  const add = (first, after) => {
    ranges.add(first, shape.withoutBlank(first, after));
  };
  if (format === "csv") add(shape.pastBlank(1), starts[0] ?? shape.end);
  let records = 0;
  for (let index = 0; index < set.count; index++) {
    if (old.has(index)) continue;
    records++;
    const first = starts[index] ?? 0;
    const isLast = index + 1 === set.count;
    const after = format === "jsonl" ? first + 1 : starts[index + 1];
    add(first, isLast && format === "csv" ? shape.end : (after ?? first + 1));
  }
  return { ranges, records };
}
function reading(files, read) {
  return {
    realPath: (path) => files.realPath(path),
    stat: (path) => files.stat(path),
    read,
    readInTurns: read,
  };
}
function textOf({ text }) {
  try {
    return text();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}
// ./src/steps/copy/use-batch.ts
async function readOriginal({ inputs, patience, prolific }) {
  const value = await patience.read("deciding", (options) =>
    prolific.batch(inputs.batchId, options),
  );
  return { value, at: patience.now() };
}
function useOriginal(tools, { ageMs, value }) {
  sawBatch(tools, value);
  const at = tools.patience.now() - ageMs;
  return { batch: { value, at }, used: { which: "original" } };
}
async function newRowsOf({ inputs, files, git, patience, log }, file, earlier) {
  const { workspace } = inputs;
  const { signal } = patience;
  const found = await findNewRows({
    ...{ files, git, workspace, file, earlier, signal },
  });
  const { distinct, records } = found;
  const all = counted(distinct, "different record");
  log.say(
    earlier.length === 0
      ? `${file.relativePath}: ${all}, and no batch has tasks for them yet`
      : `${file.relativePath}: ${figure(records)} of ${all} ${records === 1 ? "is" : "are"} new: no earlier batch has ${records === 1 ? "it" : "them"} ` +
          `(compared with ${counted(earlier.length, "earlier version")} of the file)`,
  );
  const { lineOf } = found;
  const rows = found.file && { ...found.file, lineOf };
  return { newRows: { ...found, file: rows, earlier } };
}
function useCopy({ log, report }, step, known) {
  const { content, copy, file, made, original, others, schema } = step;
  const { redact } = log.runner;
  report.set("original_batch_id", original.id);
  report.set("batch_id", copy.id);
  const of =
    `copy of "${quote(original.name, redact)}" for ${content.file.relativePath} ` +
    `at ${contentHash(content.checked.sha256)}`;
  report.copy = made ? `Made a ${of}` : `Used the ${of}`;
  log.say(`${report.copy}: batch ${copy.id} instead of ${original.id}`);
  tellDifferences(log, original, copy);
  tellOthers(log, others);
  return {
    ...nothingKnown(file),
    ...{ newRows: known.newRows, made: known.made, created: undefined },
    used: { which: "copy", original, id: copy.id, content, schema },
  };
}
function tellDifferences(log, original, copy) {
  const [before = 0, after = 0] = [original, copy].map(
    ({ totalInstructionCount }) => totalInstructionCount,
  );
  if (before === after && original.hasLayout === copy.hasLayout) return;
  const layout = ({ hasLayout }) => (hasLayout ? "a layout" : "no layout");
  log.warn(
    "The copy differs from its original",
    `Batch ${original.id} has ${counted(before, "instruction")} and ${layout(original)}; its copy ${copy.id} has ` +
      `${counted(after, "instruction")} and ${layout(copy)}. They cannot be added after the setup.`,
  );
}
function tellOthers(log, others) {
  const withTasks = others.filter(({ totalTaskCount }) => totalTaskCount > 0);
  const empty = others.filter(({ totalTaskCount }) => totalTaskCount === 0);
  const ids = (batches) => batches.map(({ id }) => id).join(", ");
  if (withTasks.length > 0) {
    log.warn(
      "Another copy for this content has tasks",
      `More than one copy of the batch is for this content of the file, and has tasks: ${ids(withTasks)}. ` +
        "Check them before you publish a study: each task is paid for.",
    );
  }
  if (empty.length > 0) {
    log.note(
      "Another copy for this content is empty",
      `It is not used, and costs nothing: ${ids(empty)}.`,
    );
  }
}
// ./src/file/portions.ts
const RECORDS_A_REQUEST = 1_000;
const BYTES_A_REQUEST = 2 ** 20;
async function* portions(files, { file, checked }, signal) {
  let texts = [];
  let lines = [];
  let bytes = 0;
  let offset = 0;
  const portion = () => ({
    offset,
    count: lines.length,
    lines,
    text: texts.join(""),
  });
  const records = readRecords(files, file, signal, checked);
  for await (const { json, index, line } of records) {
    const text = `${json}\n`;
    const size = Buffer.byteLength(text);
    if (
      lines.length === RECORDS_A_REQUEST ||
      (lines.length > 0 && bytes + size > BYTES_A_REQUEST)
    ) {
      yield portion();
      texts = [];
      lines = [];
      bytes = 0;
      offset = index;
    }
    texts.push(text);
    lines.push(line);
    bytes += size;
  }
  if (lines.length > 0) yield portion();
}
// ./src/file/probe.ts
async function probeOf(files, { file, checked }, most, signal) {
  const { records = 0 } = checked;
  const picked = new Map();
  const all = readRecords(files, file, signal, checked);
  for await (const { json, index } of all) {
    const due = (picked.size * (records - 1)) / Math.max(1, most - 1);
    if (picked.size < most && index >= Math.floor(due)) {
      const text = recordText(json);
      if (!picked.has(text)) picked.set(text, { json, index });
    }
  }
  return {
    count: picked.size,
    text: [...picked.values()].map(({ json }) => `${json}\n`).join(""),
    indices: [...picked.values()].map(({ index }) => index),
  };
}
// ./src/steps/dataset/read-dataset.ts
async function readDataset({ prolific, patience, report }, datasetId, how) {
  const value = await patience.read(how, (options) =>
    prolific.dataset(datasetId, options),
  );
  report.set("total_datapoint_count", value.totalDatapointCount);
  return { value, at: patience.now() };
}
async function waitForDataset(tools, dataset, awaited, before) {
  const { log, patience } = tools;
  const what = awaitedInWords(awaited);
  if (before?.what !== what && awaited.kind !== "upload") {
    log.say(`Dataset ${dataset.id}: waiting for ${what}`);
  }
  const since = before?.since ?? patience.now();
  await patience.untilNextCheck(since);
  return {
    dataset: await readDataset(tools, dataset.id, "waiting"),
    waiting: { what, since },
    countedAt: undefined,
  };
}
// ./src/github/rows.ts
const MOST_ANNOTATIONS = 9;
const rows_LONGEST_TEXT = 500;
function reportRows({ log, report }, problems) {
  const { runner } = log;
  const { file, title, level, rows } = problems;
  const told = rows.map(({ line, text }) => ({
    line,
    text: quote(text, runner.redact, rows_LONGEST_TEXT),
  }));
  for (const [at, { line, text }] of told.entries()) {
    if (at < MOST_ANNOTATIONS) {
      runner.annotate(level, { file, line }, title, onLine(text, line));
    } else {
      log.say(`${file}: ${onLine(text, line)}`);
    }
  }
  report.rows.push({ ...problems, rows: told });
}
function onLine(text, line) {
  if (line === undefined) return text;
  const place = ` (line ${String(line)})`;
  const record = /^(?:new )?record \d+/.exec(text)?.[0];
  return record === undefined
    ? text + place
    : record + place + text.slice(record.length);
}
// ./src/steps/dataset/rejected.ts
function judgeRejected(tools, checked, source, { accepted, rejected, errors }) {
  const { file } = checked;
  const { allowPartial } = tools.inputs;
  const goesOn = allowPartial && accepted > 0;
  tools.rejected.addUnlisted(source, rejected - errors.length);
  reportRows(tools, {
    file: file.relativePath,
    title: "Prolific rejected a record",
    noun: "rejected record",
    level: goesOn ? "warning" : "error",
    rows: errors.map((error) => asRow(error, file)),
    total: Math.max(rejected, errors.length),
  });
  const listed =
    errors.length < rejected
      ? `, and lists ${figure(errors.length)} of them`
      : "";
  const what =
    `Prolific accepted ${counted(accepted, "record")} of ${file.relativePath} and rejected ` +
    `${figure(rejected)}${listed}.`;
  if (goesOn) {
    tools.log.warn(
      "Some records were rejected",
      `${what} allow_partial is true.`,
    );
    return;
  }
  throw new Stop({
    title: "Prolific rejected records",
    what: `${what} Nothing was set up or synced with them.`,
    next:
      accepted > 0
        ? "Correct these records and commit the file: those accepted stay, and identical ones are not added again. Or set " +
          "allow_partial to true to go on with the accepted ones."
        : "Correct the records and commit the file again.",
  });
}
function asRow({ record, line, field, reason }, { lineOf }) {
  const which = lineOf ? "new record" : "record";
  const place =
    record === undefined ? "a record" : `${which} ${String(record)}`;
  const inField = field === undefined ? "" : `, field "${field}"`;
  return { line, text: `${place}${inField}: ${reason}` };
}
function rejectedRecord(
  { lineOf },
  { recordIndex, field, reason = "no reason given" },
  line,
) {
  return {
    record: recordIndex === undefined ? undefined : recordIndex + 1,
    line: line === undefined ? undefined : (lineOf?.(line) ?? line),
    field: field === "_raw" ? undefined : field,
    reason,
  };
}
async function onTheirLines(
  { files, patience, rejected },
  { file },
  source,
  errors,
) {
  const indices = new Set(
    errors.flatMap(({ recordIndex }) => recordIndex ?? []),
  );
  const lines =
    file.format === "zip" || indices.size === 0
      ? new Map()
      : await records_linesOf(files, file, indices, patience.lastSignal);
  return errors.map((error) => {
    const line = lines.get(error.recordIndex ?? -1);
    const record = rejectedRecord(file, error, line);
    rejected.add(source, record);
    return record;
  });
}
// ./src/steps/dataset/append.ts
const append_MEANING = {
  unanswered: "upload_unknown",
  accepted: "data_arrived",
};
const PAUSE_AFTER_PROBE_MS = 2_000;
async function probe(tools, batch, dataset, checked, most) {
  const { files, patience } = tools;
  sayAutoSync(tools, batch);
  const few = await probeOf(files, checked, most, patience.signal);
  const what = `Appending ${counted(few.count, "record")} of ${checked.file.relativePath} first, to see whether Prolific recognizes them`;
  const request = { ...few, first: 1, what };
  const result = await sendRecords(tools, dataset.id, request);
  const { accepted, rejected } = result;
  if (accepted === 0) {
    const errors = result.errors.map(({ recordIndex, ...error }) => ({
      ...error,
      recordIndex:
        recordIndex === undefined ? undefined : few.indices[recordIndex - 1],
    }));
    judgeRejected(tools, checked, "append", {
      ...{ accepted, rejected },
      errors: await onTheirLines(tools, checked, "append", errors),
    });
  }
  const before = dataset.totalDatapointCount;
  await patience.pause(PAUSE_AFTER_PROBE_MS);
  const now = await readDataset(tools, dataset.id, "waiting");
  const grown = now.value.totalDatapointCount - before;
  return { dataset: now, probed: { before, accepted, grown } };
}
async function append(tools, batch, dataset, checked, before) {
  const { files, log, patience, report } = tools;
  const { file } = checked;
  const { records: total = 0 } = checked.checked;
  sayAutoSync(tools, batch);
  const errors = [];
  let accepted = 0;
  let rejected = 0;
  let sent = 0;
  for await (const portion of portions(files, checked, patience.signal)) {
    const { count, offset, lines } = portion;
    const of = count < total ? ` of ${figure(total)}` : "";
    const what = `Appending records ${figure(offset + 1)} to ${figure(offset + count)}${of}`;
    const first = offset + 1;
    const request = { ...portion, first, what };
    const result = await patience.during(
      () => `${figure(offset)} of ${counted(total, "record")} appended`,
      () => sendRecords(tools, dataset.id, request),
    );
    accepted += result.accepted;
    rejected += result.rejected;
    report.set("accepted_count", accepted);
    report.set("rejected_count", rejected);
    for (const { recordIndex, ...error } of result.errors) {
      const at = (recordIndex ?? 0) - 1;
      const line = lines[at];
      const index = line === undefined ? undefined : offset + at;
      const record = rejectedRecord(
        file,
        { ...error, recordIndex: index },
        line,
      );
      errors.push(record);
      tools.rejected.add("append", record);
    }
    sent += count;
  }
  log.say(
    `Appended ${file.relativePath}: ${figure(accepted)} of ${counted(sent, "record")} accepted`,
  );
  if (rejected > 0 || errors.length > 0) {
    judgeRejected(tools, checked, "append", { accepted, rejected, errors });
  }
  return {
    brought: {
      how: "append",
      version: 4,
      ...{ accepted, rejected },
      duplicates: undefined,
      endedBefore: false,
      puts: 0,
      datapointsBefore: before,
      besideImport: dataset.imports.some(hasRecords),
    },
    dataset: undefined,
  };
}
function sayAutoSync({ log }, batch) {
  if (!batch.autoSyncEnabled) return;
  log.say(
    "auto_sync_enabled is on for this batch: Prolific makes tasks for appended records by itself",
  );
}
async function sendRecords(
  { log, patience, prolific, report },
  datasetId,
  records,
) {
  const { signal } = patience;
  const startedAt = patience.now();
  let unknown = 0;
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    log.sayOfTry(tries, records.what);
    const result = await send(report, append_MEANING, () =>
      prolific.append(datasetId, records, { signal, attempt: tries }),
    );
    if (result.kind === "accepted") {
      patience.writeError = undefined;
      return result.value;
    }
    const { error } = result;
    const busy = result.kind === "refused" && result.error.status === 409;
    if (result.kind === "refused" && !busy) {
      throw refused(datasetId, records, error);
    }
    if (result.kind === "unknown" && ++unknown >= DECIDING_TRIES) {
      throw unanswered(datasetId, records, error);
    }
    log.sayOfTry(
      tries,
      busy
        ? "The dataset is busy with an import or a schema migration (HTTP 409); waiting for its end"
        : `Not appended yet; retrying: ${error.message}`,
    );
    if (busy) {
      patience.writeError = error;
      await patience.untilNextCheck(startedAt);
      continue;
    }
    const asked = result.kind === "too_many_requests";
    await patience.backOff(
      tries,
      error,
      asked ? SHORTEST_PAUSE_AFTER_429_MS : 0,
    );
  }
}
function refused(datasetId, { first }, error) {
  return new Stop({
    title: "Prolific refused the records",
    what: `Prolific refused to append records to dataset ${datasetId}, from record ${String(first)} on.`,
    answer: error,
  });
}
function unanswered(datasetId, { first }, error) {
  return new Stop({
    title: "Unknown whether Prolific took the records",
    what: `${counted(DECIDING_TRIES, "POST")} to append to dataset ${datasetId} had no clear response, from record ${String(first)} on.`,
    next: "Run this job again: it appends all records, and identical ones are not written again.",
    answer: error,
  });
}
// ./src/steps/dataset/follow-import.ts
const follow_import_LAG_MS = 10_000;
async function followImport(tools, { dataset, importId, found, file }, puts) {
  if (found) {
    tools.log.say(
      `${file.remoteName} was uploaded before (import ${importId}); nothing to upload`,
    );
  }
  let last;
  const job = await tools.patience.during(
    () => last && howFar(last, file),
    () =>
      follow_import_untilEnded(tools, dataset.id, importId, (read) => {
        last = read;
      }),
  );
  await judgeImport(tools, job, file);
  const endedBefore = found !== undefined && !isRunning(found);
  return {
    brought: {
      how: "import",
      version: 4,
      accepted: endedBefore ? 0 : acceptedOf(job, file),
      rejected: endedBefore ? 0 : (job.rejectedCount ?? 0),
      duplicates: job.duplicateCount,
      endedBefore,
      puts,
      datapointsBefore: dataset.totalDatapointCount,
      besideImport: false,
    },
    dataset: undefined,
  };
}
function acceptedOf(job, { checked }) {
  const { acceptedCount, errors, rejectedCount = errors.length } = job;
  return acceptedCount ?? Math.max(0, (checked.records ?? 0) - rejectedCount);
}
function howFar(
  { processedOffset, status, writtenCount },
  { checked: { records } },
) {
  if (writtenCount !== undefined) {
    return records === undefined
      ? `${counted(writtenCount, "record")} imported`
      : `${figure(writtenCount)} of ${counted(records, "record")} imported`;
  }
  return processedOffset === undefined
    ? `import ${status}`
    : `import ${status}, processed_offset ${figure(processedOffset)}`;
}
async function follow_import_untilEnded(tools, datasetId, importId, sees) {
  const { log, patience } = tools;
  const startedAt = patience.now();
  const read = (how) =>
    readImport(tools, how, { datasetId, importId, createdAt: startedAt });
  let seen;
  for (;;) {
    let job;
    try {
      if (seen !== undefined) await patience.untilNextCheck(startedAt);
      job = await read("waiting");
    } catch (error) {
      if (!(error instanceof DeadlineReached)) throw error;
      job = await read("last");
      if (!hasEnded(job)) throw error;
    }
    sees(job);
    if (job.status !== seen) log.say(`Import status: ${job.status}`);
    seen = job.status;
    if (hasEnded(job)) return job;
  }
}
function hasEnded(job) {
  return !isRunning(job);
}
function readImport(
  { prolific, patience },
  how,
  { datasetId, importId, createdAt },
) {
  const isLag = (error) =>
    error instanceof ApiError &&
    error.status === 404 &&
    patience.now() - createdAt < follow_import_LAG_MS;
  return patience.read(
    how,
    (options) => prolific.importJob(datasetId, importId, options),
    isLag,
  );
}
async function judgeImport(tools, job, checked) {
  const { report } = tools;
  report.set("import_id", job.id);
  report.set("accepted_count", job.acceptedCount);
  report.set("rejected_count", job.rejectedCount);
  report.set("duplicate_count", job.duplicateCount);
  const { name } = checked.file;
  switch (job.status) {
    case "failed":
      throw new Stop({
        title: "Prolific could not import the file",
        what: `Import ${job.id} of ${name} failed; none of its records is in the dataset.`,
        words: job.reason,
        next: "Fix the file as the reason says and commit it. If the file is right, run this job again: it uploads the file again.",
      });
    case "pending_schema":
      throw new Stop({
        title: "The dataset has no schema",
        what: `Import ${job.id} of ${name} is parked (pending_schema): the dataset has no schema yet.`,
        next: "Set the dataset's schema; the import then goes on by itself. Run this job again afterwards.",
      });
    case "complete":
    case "partial": {
      const rejected = job.rejectedCount ?? job.errors.length;
      if (job.status === "partial" || rejected > 0) {
        judgeRejected(tools, checked, "import", {
          accepted: job.acceptedCount ?? 0,
          rejected,
          errors: await onTheirLines(tools, checked, "import", job.errors),
        });
      }
      compareWithFile(tools, job, checked);
    }
  }
}
function compareWithFile(
  { log, report },
  { acceptedCount, rejectedCount = 0 },
  { file, checked: { records } },
) {
  if (acceptedCount === undefined) return;
  const duplicates = report.get("duplicate_count") ?? "0";
  log.say(
    `Prolific accepted ${counted(acceptedCount, "record")} of ${file.name}` +
      (duplicates === "0"
        ? ""
        : `, ${duplicates} of them in the dataset already`),
  );
  if (records === undefined || acceptedCount + rejectedCount === records)
    return;
  log.warn(
    "Prolific counts other records",
    `${file.relativePath} has ${counted(records, "record")}, but Prolific accepted ${figure(acceptedCount)} and ` +
      `rejected ${figure(rejectedCount)}. Check the dataset before you publish a study with it.`,
  );
}
// ./src/steps/dataset/arrival.ts
const arrival_PAUSES_OF_LOOKS_MS = [0, 1_000, 2_000, 3_000, 4_000];
function arrivedOnce(tools, datasetId, importId) {
  const { patience, prolific } = tools;
  const createdAt = patience.now();
  return async () => {
    if (importId !== undefined) {
      const of = { datasetId, importId, createdAt };
      const { status } = await readImport(tools, "waiting", of);
      return status !== "uninitialised";
    }
    const dataset = await patience.read("waiting", (options) =>
      prolific.dataset(datasetId, options),
    );
    return hasArrived(dataset, []);
  };
}
async function arrivesSoon(patience, arrived) {
  for (const pauseMs of arrival_PAUSES_OF_LOOKS_MS) {
    await patience.pause(pauseMs);
    if (await arrived()) return true;
  }
  return false;
}
async function checkForBytes(tools, { id, version }, jobs, abandoned) {
  const { log, patience } = tools;
  const ids = version === 4 ? jobs.map((job) => job.id) : [id];
  log.say(
    version === 4
      ? `${jobs.length === 1 ? "Import" : "Imports"} ${ids.join(", ")} of this file ${jobs.length === 1 ? "has" : "have"} no data yet; checking whether it arrives`
      : `Dataset ${id} waits for the data of this file; checking whether it arrives`,
  );
  let dataset;
  const there = await arrivesSoon(patience, async () => {
    dataset = await readDataset(tools, id, "waiting");
    return hasArrived(dataset.value, ids);
  });
  return {
    ...(!there && { abandoned: [...abandoned, ...ids] }),
    dataset,
  };
}
function hasArrived(dataset, ids) {
  return dataset.version === 3
    ? dataset.status !== "UNINITIALISED"
    : dataset.imports.some(
        (job) => ids.includes(job.id) && job.status !== "uninitialised",
      );
}
// ./src/file/formats/repeats.ts
const MOST_RECORDS = 1_000_000;
const MOST_KEPT = 10;
class Repeats {
  kept = [];
  records = new RecordSet();
  lines = new Uint32Array(2 ** 10);
  most;
  constructor(most = MOST_RECORDS) {
    this.most = most;
  }
  get distinct() {
    return this.records?.distinct;
  }
  get count() {
    const { records } = this;
    return records && records.count - records.distinct;
  }
  get goesOn() {
    return this.records !== undefined;
  }
  add(line, text) {
    const { records } = this;
    if (!records) return;
    const at = records.count;
    if (at === this.most) {
      this.records = undefined;
      this.lines = new Uint32Array(0);
      return;
    }
    if (at === this.lines.length) this.lines = larger(this.lines, at * 4);
    this.lines[at] = line;
    const first = records.add(text);
    if (first === undefined || this.kept.length === MOST_KEPT) return;
    const of = { record: first + 1, line: this.lines[first] ?? 0 };
    this.kept.push({ record: at + 1, line, of });
  }
}
// ./src/file/defects.ts
const MOST_DEFECTS = 1_000;
const LONGEST_SHOWN = 80;
class Defects {
  kept = [];
  count = 0;
  tell;
  constructor(tell = () => undefined) {
    this.tell = tell;
  }
  add(line, reason, record, field) {
    const place =
      record === undefined
        ? ""
        : `record ${String(record)}${field === undefined ? " " : `, field ${defects_shown(field)}: `}`;
    const defect = { line, record, field, reason, text: place + reason };
    this.count++;
    this.tell(defect);
    if (this.kept.length < MOST_DEFECTS) this.kept.push(defect);
  }
}
function defects_shown(text) {
  const line = text.slice(0, 100 * LONGEST_SHOWN).replace(/\s+/g, " ");
  const characters = Array.from(line);
  return characters.length > LONGEST_SHOWN
    ? `"${characters.slice(0, LONGEST_SHOWN).join("")}…"`
    : `"${line}"`;
}
// ./src/file/media.ts
const ENDINGS = {
  audio_url: [".aac", ".m4a", ".mp3", ".wav"],
  video_url: [".mp4", ".webm", ".mov"],
};
function isMedia(type) {
  return Object.hasOwn(ENDINGS, type);
}
function mediaDefect(type, value) {
  const endings = ENDINGS[type];
  if (endings === undefined) return undefined;
  if (typeof value !== "string") return "is not text";
  if (value.trim() === "") return undefined;
  const url = URL.canParse(value.trim()) ? new URL(value.trim()) : undefined;
  if (!url?.host) return "is not an absolute URL";
  const path = url.pathname.toLowerCase();
  return endings.some((ending) => path.endsWith(ending))
    ? undefined
    : `is a URL whose path does not end in ${endings.join(", ")}`;
}
// ./src/file/header.ts
const COLUMNS_AT_ONCE = 10_000;
async function checkHeader({ line, cells, looseCr }, rules, defects, signal) {
  if (looseCr || cells.some((name) => name.includes("\r"))) {
    defects.add(
      line,
      "the header has a carriage return (CR): save the file with LF or CRLF as line breaks",
    );
    return false;
  }
  const names = new Set();
  for (const [at, name] of cells.entries()) {
    if (at > 0 && at % COLUMNS_AT_ONCE === 0) {
      await yieldToEventLoop();
      signal.throwIfAborted();
    }
    if (name.trim() === "") {
      defects.add(line, `column ${String(at + 1)} has no name`);
    } else if (names.has(name)) {
      defects.add(
        line,
        `the column name ${defects_shown(name)} is there more than once`,
      );
    }
    names.add(name);
  }
  const missing = missingFields(rules, (key) => names.has(key));
  if (missing !== "") {
    defects.add(
      line,
      `the header lacks ${missing}, which the dataset's schema asks for`,
    );
  }
  return true;
}
function mediaColumns(cells, rules) {
  if (!rules) return [];
  return cells.flatMap((name, at) => {
    const type = rules.fields.get(name);
    return type !== undefined && isMedia(type) ? { at, name, type } : [];
  });
}
function missingFields(rules, isThere) {
  if (rules?.strict !== true) return "";
  const missing = [...rules.fields.keys()].filter((key) => !isThere(key));
  const names = missing.map(defects_shown).join(", ");
  return missing.length === 0
    ? ""
    : `the field${missing.length === 1 ? "" : "s"} ${names}`;
}
// ./src/file/checks.ts
const NO_RECORDS = "the file has no records";
class CsvCheck {
  records = 0;
  columns;
  repeats = new Repeats();
  reader = new CsvReader();
  rules;
  defects;
  media = [];
  signal;
  constructor(rules, defects, signal) {
    this.rules = rules;
    this.defects = defects;
    this.signal = signal;
  }
  async push(piece) {
    return this.take(await this.reader.push(piece));
  }
  async finish() {
    if (!(await this.take(await this.reader.finish()))) return;
    if (this.records === 0) this.defects.add(undefined, NO_RECORDS);
  }
  async take({ rows, defect }) {
    for (const row of rows) {
      if (this.columns === undefined) {
        const { rules, defects, signal } = this;
        this.columns = row.cells;
        if (!(await checkHeader(row, rules, defects, signal))) return false;
        this.media = mediaColumns(row.cells, rules);
      } else this.takeRecord(row, this.columns);
    }
    if (defect) this.defects.add(defect.line, defect.text);
    return !defect;
  }
  takeRecord({ line, cells, looseCr }, columns) {
    this.records++;
    if (this.repeats.goesOn) this.repeats.add(line, cells.join("\0"));
    if (looseCr) {
      this.defects.add(
        line,
        "has a carriage return (CR) outside quotes: save the file with LF or CRLF as line breaks",
        this.records,
      );
      return;
    }
    if (cells.length !== columns.length) {
      this.defects.add(
        line,
        `has ${counted(cells.length, "column")}, the header has ${String(columns.length)}`,
        this.records,
      );
      return;
    }
    for (const { at, name, type } of this.media) {
      const defect = mediaDefect(type, cells[at] ?? "");
      if (defect === undefined) continue;
      this.defects.add(
        line,
        `${defects_shown(cells[at] ?? "")} ${defect}`,
        this.records,
        name,
      );
    }
  }
}
class JsonlCheck {
  records = 0;
  columns = undefined;
  repeats = new Repeats();
  reader = new JsonlReader();
  rules;
  defects;
  media;
  constructor(rules, defects) {
    this.rules = rules;
    this.defects = defects;
    this.media = [...(rules?.fields ?? [])].filter(([, type]) => isMedia(type));
  }
  push(piece) {
    const { rows, defect } = this.reader.push(piece);
    rows.forEach((line) => {
      this.take(line);
    });
    if (defect) this.defects.add(defect.line, defect.text);
    return Promise.resolve(!defect);
  }
  finish() {
    this.reader.finish().rows.forEach((line) => {
      this.take(line);
    });
    if (this.records === 0) this.defects.add(undefined, NO_RECORDS);
    return Promise.resolve();
  }
  take({ line, text }) {
    this.records++;
    const value = parsed(text);
    if (this.repeats.goesOn) {
      const isObject = typeof value !== "string";
      this.repeats.add(line, isObject ? canonicalText(text, value) : text);
    }
    if (typeof value === "string") {
      this.defects.add(line, value, this.records);
      return;
    }
    const missing = missingFields(this.rules, (key) =>
      Object.hasOwn(value, key),
    );
    if (missing !== "") {
      this.defects.add(
        line,
        `lacks ${missing}, which the dataset's schema asks for`,
        this.records,
      );
    }
    for (const [name, type] of this.media) {
      if (!Object.hasOwn(value, name)) continue;
      const defect = mediaDefect(type, value[name]);
      if (defect === undefined) continue;
      this.defects.add(line, defect, this.records, name);
    }
  }
}
function parsed(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  if (Array.isArray(value)) return "is a list, not a JSON object";
  if (text.length > 2 * record_key_DEEPEST && isTooDeep(value)) {
    return `is nested more than ${figure(record_key_DEEPEST)} levels deep; make it flatter`;
  }
  return typeof value === "object" && value !== null
    ? value
    : "is not a JSON object";
}
const external_node_buffer_namespaceObject = __WEBPACK_EXTERNAL_createRequire(
  import.meta.url,
)("node:buffer");
// ./src/file/formats/utf8.ts
const utf8_LF = 10;
class Utf8Check {
  begun = Buffer.alloc(0);
  push(piece) {
    const { begun } = this;
    const missing = begun.length === 0 ? 0 : lengthOf(begun[0]) - begun.length;
    const rest = Math.min(missing, piece.length);
    const first = Buffer.concat([begun, piece.subarray(0, rest)]);
    if (!first.subarray(1).every(goesOn)) return -begun.length;
    if (rest < missing) {
      this.begun = first;
      return undefined;
    }
    if (!(0, external_node_buffer_namespaceObject.isUtf8)(first))
      return -begun.length;
    const end = piece.length - cutCharacter(piece, rest);
    this.begun = Buffer.from(piece.subarray(end));
    const whole = piece.subarray(rest, end);
    return (0, external_node_buffer_namespaceObject.isUtf8)(whole)
      ? undefined
      : rest + badLine(whole);
  }
  end() {
    return this.begun.length === 0;
  }
}
function goesOn(byte) {
  return byte >= 0x80 && byte < 0xc0;
}
function lengthOf(lead = 0) {
  if (lead >= 0xf0 && lead < 0xf8) return 4;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xc0 && lead < 0xe0 ? 2 : 1;
}
function cutCharacter(piece, from) {
  for (let back = 1; back <= 3 && piece.length - back >= from; back++) {
    const byte = piece[piece.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}
function badLine(bytes) {
  for (let start = 0; ;) {
    const end = bytes.indexOf(utf8_LF, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (!(0, external_node_buffer_namespaceObject.isUtf8)(line) || end === -1)
      return start;
    start = end + 1;
  }
}
// ./src/file/preflight.ts
const preflight_LF = 10;
async function preflight(files, file, rules, signal, tell) {
  const sealer = new Sealer();
  const defects = new Defects(tell);
  const check = checkOf(file, rules, defects, signal);
  const utf8 = new Utf8Check();
  let offset = 0;
  let goesOn = true;
  for await (const piece of piecesOf(files, file)) {
    signal.throwIfAborted();
    sealer.push(piece);
    if (goesOn && check) {
      const bad = utf8.push(piece);
      const nul = piece.subarray(0, bad && Math.max(0, bad)).indexOf(0);
      const end = nul === -1 ? bad : nul;
      const part =
        end === undefined ? piece : piece.subarray(0, Math.max(0, end));
      goesOn = await check.push(part);
      if (goesOn && end !== undefined) {
        defects.add(
          await lineAt(files, file, signal, offset + end),
          nul === -1 ? NOT_UTF8 : NUL_BYTE,
        );
        goesOn = false;
      }
    }
    offset += piece.length;
  }
  if (goesOn && !utf8.end()) {
    defects.add(await lineAt(files, file, signal, offset), NOT_UTF8);
  } else if (goesOn) {
    await check?.finish();
  }
  return {
    sha256: sealer.end(),
    seals: sealer.seals,
    records: check?.records,
    distinct: check?.repeats.distinct,
    repeats: check?.repeats.kept ?? [],
    repeatCount: check?.repeats.count,
    columns: check?.columns,
    defects: defects.kept,
    defectCount: defects.count,
  };
}
const NOT_UTF8 =
  "this line is not UTF-8; save the file with this encoding. What follows was not checked";
const NUL_BYTE =
  "this line has a NUL byte, so it is not plain text; save the file as plain text in UTF-8. Nothing after it was checked";
function checkOf({ format }, rules, defects, signal) {
  switch (format) {
    case "csv":
      return new CsvCheck(rules, defects, signal);
    case "jsonl":
      return new JsonlCheck(rules, defects);
    case "zip":
      return undefined;
  }
}
async function lineAt(files, file, signal, offset) {
  let line = 1;
  let left = offset;
  for await (const piece of piecesOf(files, file)) {
    signal.throwIfAborted();
    const part = piece.subarray(0, left);
    for (
      let at = part.indexOf(preflight_LF);
      at !== -1;
      at = part.indexOf(preflight_LF, at + 1)
    ) {
      line++;
    }
    left -= part.length;
    if (left <= 0) break;
  }
  return line;
}
// ./src/steps/dataset/check-file.ts
async function checkFile(tools, file, dataset) {
  const { files, patience, log, rejected } = tools;
  const { signal } = patience;
  const schema = dataset?.version === 4 ? dataset.schema : undefined;
  const checked = await preflight(files, file, schema, signal, (defect) => {
    rejected.add("preflight", defect);
  });
  if (checked.defectCount > 0) {
    reportRows(tools, {
      file: file.relativePath,
      title: "Defect in the dataset file",
      noun: "defect",
      level: "error",
      rows: checked.defects,
      total: checked.defectCount,
    });
    throw new Stop({
      title: "The dataset file has defects",
      what: `${file.relativePath} has ${counted(checked.defectCount, "defect")}. It was not uploaded.`,
      next: "Fix the file and commit it. The annotations, the log and the job summary show the lines.",
    });
  }
  const name = remoteName(file, checked.sha256);
  const content =
    checked.records === undefined
      ? `${figure(file.bytes)} bytes`
      : counted(checked.records, "record");
  log.say(
    `${file.lineOf ? "The new rows of " : ""}${file.relativePath}: ${content}, no defects; its name at Prolific: ${name}`,
  );
  if (checked.records === undefined) {
    log.say(
      `${file.relativePath}: the records in a ZIP are not counted, so only its name and the tasks against the datapoints are checked`,
    );
  }
  tellOfRepeats(log, file, checked);
  return { checked: { file, checked, remoteName: name } };
}
function tellOfRepeats(
  log,
  { relativePath },
  { records = 0, distinct, repeats, repeatCount },
) {
  const tooMany = distinct === undefined && records > 0;
  if (tooMany) {
    log.say(
      `${relativePath}: more than ${figure(MOST_RECORDS)} records are too many to compare with each other: each counts as a different one`,
    );
  }
  if (repeats.length === 0) return;
  const one = repeatCount === 1;
  const examples = repeats.map(
    ({ record, line, of }) =>
      `record ${figure(record)} (line ${figure(line)}) repeats record ${figure(of.record)} (line ${figure(of.line)})`,
  );
  const more = (repeatCount ?? 0) - repeats.length;
  log.note(
    "Records that repeat an earlier one",
    `${relativePath}: ${tooMany ? "some records repeat" : `${figure(repeatCount ?? 0)} of ${counted(records, "record")} ${one ? "repeats" : "repeat"}`} an earlier one: ` +
      `${examples.join("; ")}${more > 0 ? `; and ${figure(more)} more` : ""}. ` +
      `${one ? "It is" : "Each is"} a datapoint that is paid for, unless Prolific recognizes it.`,
  );
}
async function checkRecordLengths({ files, patience }, { file, checked }) {
  const records = readRecords(files, file, patience.signal, checked);
  for await (const { json, index, line } of records) {
    if (Buffer.byteLength(json) < BYTES_A_REQUEST) continue;
    throw new Stop({
      title: "A record is too long to be appended",
      what: `Record ${String(index + 1)} (line ${String(file.lineOf?.(line) ?? line)}) of ${file.relativePath} is longer than 1 MiB. Nothing was sent.`,
      next: "Shorten the record, or upload it in a separate file to an empty dataset.",
    });
  }
  return { fits: true };
}
// ./src/steps/dataset/count-again.ts
const SETTLE_MS = 10_000;
const count_again_PAUSES_OF_LOOKS_MS = {
  now: [0],
  arrived: [0, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000],
  settled: [SETTLE_MS],
  each_has_a_task: [0, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000],
};
async function count_again_countAgain(
  tools,
  { datasetId, patient, until },
  { brought, checked, countedAt },
) {
  const { log, patience } = tools;
  if (patient && until.kind === "settled") {
    log.say(
      `Waiting ${formatDuration(SETTLE_MS)} for the counts at Prolific: they may be late`,
    );
  }
  const pauses = count_again_PAUSES_OF_LOOKS_MS[patient ? until.kind : "now"];
  if (until.kind === "each_has_a_task") {
    return afterTasks(tools, datasetId, pauses);
  }
  let seen;
  for (const pauseMs of pauses) {
    await patience.pause(pauseMs);
    seen = await count_again_look(tools, datasetId, "waiting");
    if (until.kind !== "arrived") continue;
    if (seen.dataset.value.totalDatapointCount >= until.datapoints) break;
  }
  const first = countedAt === undefined;
  if (first && brought?.how === "append" && checked && seen) {
    tellGrowth(tools, seen.dataset.value, brought, checked);
  }
  return { ...seen, countedAt: patience.now() };
}
async function afterTasks(tools, datasetId, pauses) {
  const { patience } = tools;
  let seen;
  try {
    for (const pauseMs of pauses) {
      await patience.pause(pauseMs, patience.lastSignal);
      seen = await count_again_look(tools, datasetId, "last");
      if (eachHasATask(seen.dataset.value, seen.batch.value)) break;
    }
  } catch (error) {
    if (!(error instanceof DeadlineReached)) throw error;
  }
  return { ...seen, tasksCounted: true };
}
async function count_again_look(tools, datasetId, how) {
  const dataset = await readDataset(tools, datasetId, how);
  return { dataset, batch: await readBatch(tools, how) };
}
function eachHasATask({ id, totalDatapointCount: read }, batch) {
  const { status, totalTaskCount: tasks } = batch;
  return status === "READY" && tasks === knownDatapoints(batch, id, read);
}
function tellGrowth(
  { log, report },
  { id, totalDatapointCount: total },
  { accepted, datapointsBefore },
  { file, checked: { records } },
) {
  const added = Math.max(0, total - datapointsBefore);
  report.set("duplicate_count", Math.max(0, accepted - added));
  log.say(`Dataset ${id}: ${counted(added, "new datapoint")}`);
  if (records === undefined || total <= records) return;
  log.note(
    "More datapoints than records",
    `Dataset ${id} has ${counted(total, "datapoint")}, ${file.relativePath} has ${counted(records, "record")}: ` +
      "rows that were edited or deleted in the file stay in the dataset as they were.",
  );
}
// ./src/steps/dataset/upload.ts
const UPLOADS_AT_MOST = 3;
const upload_MEANING = {
  unanswered: "upload_unknown",
  accepted: "data_arrived",
};
const CONTENT_TYPES = {
  csv: "text/csv",
  jsonl: "application/x-ndjson",
  zip: "application/zip",
};
async function upload(tools, dataset, checked) {
  const { prolific, storage, patience, log, report } = tools;
  const { file, remoteName } = checked;
  const { id, version } = dataset;
  for (let tries = 1; ; tries++) {
    const target = await patience.read("deciding", (options) =>
      prolific.uploadTarget(id, remoteName, options),
    );
    storage.accept(target, uploadPath(id));
    const importId = version === 4 ? importOf(target, id) : undefined;
    report.set("import_id", importId);
    const arrived = arrivedOnce(tools, id, importId);
    log.say(`Uploading ${file.relativePath}`);
    report.progress = upload_MEANING.unanswered;
    const problem = await put(tools, target, checked, tries);
    if (problem && !(await upload_hasArrived(tools, arrived, problem))) {
      if (tries >= UPLOADS_AT_MOST) throw gaveUp(problem, checked);
      log.say("Nothing has arrived; uploading again");
      await patience.backOff(tries, problem);
      continue;
    }
    report.progress = upload_MEANING.accepted;
    patience.writeError = undefined;
    const uploaded = { importId, puts: tries };
    return version === 3 ? { uploaded, dataset: undefined } : { uploaded };
  }
}
async function put({ files, storage, patience }, target, checked, attempt) {
  const { file } = checked;
  const { signal } = patience;
  const contentType = target.contentType ?? CONTENT_TYPES[file.format];
  const { bytes } = file;
  let sent = 0;
  const body = watched(unchanged(files, file), (piece) => {
    sent += piece.length;
  });
  const content = { contentType, bytes, body };
  try {
    await patience.during(
      () => `${size(sent)} of ${size(bytes)} uploaded`,
      () => storage.put(target, content, { signal, attempt }),
    );
    return undefined;
  } catch (error) {
    if (isWorthALook(error)) return error;
    throw upload_refused(error, checked);
  }
}
async function* watched(pieces, took) {
  for await (const piece of pieces) {
    yield piece;
    took(piece);
  }
}
async function upload_hasArrived({ patience, log }, arrived, problem) {
  log.say(
    `The upload had no clear response; checking whether it arrived: ${problem.message}`,
  );
  const there = await arrivesSoon(patience, arrived);
  if (there) log.say("The upload has arrived");
  return there;
}
function uploadPath(datasetId) {
  return `/datasets/${datasetId}/upload-url`;
}
function importOf({ importId }, datasetId) {
  if (importId !== undefined) return importId;
  const where = { method: "GET", path: uploadPath(datasetId) };
  throw new ContractError(where, 'the response has no "import_id"', {
    final: true,
  });
}
function isWorthALook(error) {
  if (error instanceof ApiError) {
    return [408, 429].includes(error.status) || error.status >= 500;
  }
  return error instanceof ConnectionError;
}
function upload_refused(error, { file }) {
  if (!(error instanceof ApiError)) return error;
  return new Stop({
    title: "The storage refused the upload",
    what: `${file.relativePath} could not be uploaded.`,
    next: "Run this job again: it asks Prolific for a new address. If this keeps happening, ask Prolific's support.",
    answer: error,
  });
}
function gaveUp(error, { file }) {
  return new Stop({
    title: "The upload did not arrive",
    what: `${file.relativePath} was sent ${String(UPLOADS_AT_MOST)} times, and nothing of it shows at Prolific.`,
    next: "Check the network and the proxy of the runner; then run this job again: it looks first, and uploads only what is not there.",
    answer: error,
  });
}
// ./src/steps/tell.ts
function useDataset({ log, report }, batch, datasetId) {
  report.set("dataset_id", datasetId);
  report.sawBatch(batch);
  if (
    batch.status === "UNINITIALISED" &&
    batch.totalInstructionCount === 0 &&
    !batch.hasLayout
  ) {
    log.warn(
      "The batch has no instructions",
      `Batch ${batch.id} has no instructions and no layout. They cannot be added after its setup.`,
    );
  }
  return { datasetId };
}
function acceptFile(
  { log },
  how,
  { id, version, totalDatapointCount: datapoints },
  { file, remoteName, checked: { records } },
) {
  log.say(
    how === "was_there"
      ? `${remoteName} is in the dataset already; nothing to upload`
      : `Prolific has processed ${remoteName}: ${counted(datapoints, "datapoint")}`,
  );
  if (records !== undefined && datapoints < records) {
    log.warn(
      "Fewer datapoints than records",
      `${file.relativePath} has ${counted(records, "record")}, dataset ${id} has ${counted(datapoints, "datapoint")}. ` +
        "Check the dataset before you publish a study with it.",
    );
  }
  return {
    brought: {
      ...{ how, version, accepted: 0, rejected: 0, puts: 0 },
      duplicates: undefined,
      endedBefore: how === "was_there",
      datapointsBefore: datapoints,
      besideImport: false,
    },
    dataset: undefined,
  };
}
function allow({ log }, concern, allowed) {
  const { title, what } = concernInWords(concern);
  log.warn(title, `${what} extra_datapoints is allow.`);
  return { allowed: [...allowed, concern.what] };
}
function join({ log }, found) {
  log.say(
    found
      ? "A setup is already running; nothing to send"
      : "Someone else has set up the batch in the meantime; nothing to send",
  );
  return { setup: { by: "somebody_else", setups: 0, certain: true } };
}
function leaveAsItIs({ log }, why, datasetId) {
  switch (why) {
    case "not_asked":
      log.say("The batch is already set up; nothing to send");
      break;
    case "no_growth":
      log.say("The batch has a task for every datapoint; nothing to sync");
      break;
    case "v3":
      log.note(
        "Nothing to sync",
        `Dataset ${datasetId} is a V3 dataset: it cannot grow, so there is nothing to sync.`,
      );
  }
  return { left: true };
}
// ./src/steps/act.ts
async function act(tools, step, known) {
  switch (step.do) {
    case "read_batch":
      return {
        batch: await readBatch(tools, known.batch ? "waiting" : "deciding"),
      };
    case "use_dataset":
      return useDataset(tools, step.batch, step.datasetId);
    case "read_dataset": {
      const how = step.again ? "waiting" : "deciding";
      return { dataset: await readDataset(tools, step.datasetId, how) };
    }
    case "check_file":
      return checkFile(tools, step.file, step.dataset);
    case "check_record_lengths":
      return checkRecordLengths(tools, step.file);
    case "wait_for_dataset":
      return waitForDataset(tools, step.dataset, step.awaited, known.waiting);
    case "look_for_bytes":
      return checkForBytes(tools, step.dataset, step.jobs, known.abandoned);
    case "upload":
      return upload(tools, step.dataset, step.file);
    case "follow_import":
      return followImport(tools, step, known.uploaded?.puts ?? 0);
    case "probe":
      return probe(tools, step.batch, step.dataset, step.file, step.most);
    case "append": {
      const { batch, dataset, file, before } = step;
      return append(tools, batch, dataset, file, before);
    }
    case "count_again":
      return count_again_countAgain(tools, step, known);
    case "allow":
      return allow(tools, step.concern, known.allowed);
    case "accept_file":
      return acceptFile(tools, step.how, step.dataset, step.file);
    case "join":
      return join(tools, step.found);
    case "set_up":
      return set_up_setUp(tools, step.batch, step.dataset);
    case "confirm_setup":
      return confirmSetup(tools, step.batch);
    case "wait_for_batch":
      return { batch: await waitForBatch(tools, step.batch) };
    case "sync":
      return startSync(tools, step.batch);
    case "follow_sync":
      return followSync(tools, step.sync);
    case "leave_as_it_is":
      return leaveAsItIs(tools, step.why, step.datasetId);
    case "verify":
      return verify(tools, step.batch, step.datapoints, step.how);
    case "find_preview":
      return findPreview(tools);
    case "read_original":
      return { original: await readOriginal(tools) };
    case "list_copies":
      return { copies: await listCopies(tools, step.original, "deciding") };
    case "find_new_rows":
      return newRowsOf(tools, step.file, step.earlier);
    case "use_original":
      return useOriginal(tools, step.original);
    case "duplicate":
      return duplicate(tools, step);
    case "use_copy":
      return useCopy(tools, step, known);
    case "create_dataset":
      return createDataset(tools, step.copy, step.file, step.schema);
    case "attach_dataset":
      return attachDataset(tools, step.copy, step.datasetId);
  }
}
// ./src/timing/pauses.ts
const FIRST_PAUSE_MS = 250;
const PART_OF_TIME_WAITED = 0.1;
function pauseBeforeCheck(waitedMs, pollIntervalMs) {
  return Math.min(
    pollIntervalMs,
    FIRST_PAUSE_MS + Math.floor(PART_OF_TIME_WAITED * waitedMs),
  );
}
// ./src/steps/patience.ts
const HEARTBEAT_MS = 60_000;
class Patience {
  lastError;
  writeError;
  howFar;
  options;
  constructor(options) {
    this.options = options;
  }
  now() {
    return this.options.clock.now();
  }
  get signal() {
    return this.options.deadline.signal;
  }
  get lastSignal() {
    return this.options.deadline.lastSignal;
  }
  async pause(ms, signal = this.signal) {
    const { clock, log } = this.options;
    const until = clock.now() + ms;
    for (;;) {
      const left = until - clock.now();
      const toHeartbeat = log.spokeAt + HEARTBEAT_MS - clock.now();
      await clock.sleep(Math.max(0, Math.min(left, toHeartbeat)), signal);
      if (clock.now() >= log.spokeAt + HEARTBEAT_MS) this.heartbeat();
      if (clock.now() >= until) return;
    }
  }
  async during(howFar, work) {
    const over = new AbortController();
    this.howFar = howFar;
    const beating = this.pause(Infinity, over.signal).catch(() => undefined);
    try {
      return await work();
    } finally {
      this.howFar = undefined;
      over.abort();
      await beating;
    }
  }
  untilNextCheck(sinceMs, signal) {
    const waitedMs = this.now() - sinceMs;
    const ms = pauseBeforeCheck(waitedMs, this.options.pollIntervalMs);
    return this.pause(ms, signal);
  }
  backOff(tries, error, leastMs = 0) {
    this.writeError = error;
    const pauseMs = pauseBeforeRetry(tries, error, this.options.random());
    return this.pause(Math.max(leastMs, pauseMs));
  }
  async read(how, read, isLag) {
    const { log, random } = this.options;
    const signal = how === "last" ? this.lastSignal : this.signal;
    const value = await readPatiently((attempt) => read({ signal, attempt }), {
      ...(how === "deciding" && { tries: DECIDING_TRIES }),
      ...(isLag && { isLag }),
      sleep: (ms) => this.pause(ms, signal),
      random,
      onRetry: (error, pauseMs) => {
        this.lastError = error;
        log.debug(
          `${error.message}; next try in ${String(Math.round(pauseMs))} ms`,
        );
      },
    });
    this.lastError = undefined;
    return value;
  }
  readOnce(read, limitMs) {
    return read({ signal: this.lastSignal, limitMs });
  }
  heartbeat() {
    const { log, report } = this.options;
    const status = report.get("status") ?? "not read yet";
    const last = this.lastError ?? this.writeError;
    const howFar = this.howFar?.();
    const work = howFar === undefined ? "" : `: ${howFar}`;
    const error = last ? ` Last error: ${last.message}.` : "";
    log.say(
      `Still waiting after ${formatDuration(report.elapsedMs)}${work}; batch status ${status}.${error}`,
    );
  }
}
// ./src/steps/phases.ts
function phaseOf({ do: step }) {
  switch (step) {
    case "check_file":
    case "check_record_lengths":
      return "Check file";
    case "list_copies":
    case "find_new_rows":
    case "duplicate":
    case "create_dataset":
    case "attach_dataset":
      return "New batch";
    case "look_for_bytes":
    case "upload":
      return "Upload";
    case "probe":
    case "append":
      return "Append";
    case "follow_import":
    case "wait_for_dataset":
      return "Import";
    case "set_up":
    case "confirm_setup":
    case "wait_for_batch":
      return "Setup";
    case "sync":
    case "follow_sync":
      return "Sync";
    case "read_batch":
    case "use_dataset":
    case "read_dataset":
    case "count_again":
    case "allow":
    case "accept_file":
    case "join":
    case "leave_as_it_is":
    case "verify":
    case "find_preview":
    case "read_original":
    case "use_original":
    case "use_copy":
      return undefined;
  }
}
// ./src/timing/deadline.ts
const LAST_CHECK_MS = 5_000;
function startDeadline(clock, timeoutMs, startedAt, cancelled) {
  const leftMs = Math.max(0, startedAt + timeoutMs - clock.now());
  const reason = new DeadlineReached(timeoutMs);
  const last = timeLimit(clock, leftMs + LAST_CHECK_MS, reason, cancelled);
  const regular = timeLimit(clock, leftMs, reason, last.signal);
  return {
    startedAt,
    signal: regular.signal,
    lastSignal: last.signal,
    release() {
      regular.release();
      last.release();
    },
  };
}
// ./src/main.ts
async function main(world) {
  const { env, runner, clock } = world;
  const report = new Report(clock, (name, value) => {
    runner.output(name, value);
  });
  for (const secret of secretsIn(env)) runner.mask(secret);
  let tools;
  let deadline;
  try {
    const inputs = parseInputs(env);
    deadline = startDeadline(
      clock,
      inputs.timeoutMs,
      report.startedAt,
      world.cancelled,
    );
    tools = toolsFor(world, inputs, report, deadline);
    tools.log.say(`Set up a Prolific batch ${VERSION}`);
    report.set("batch_id", inputs.batchId);
    if (inputs.newBatch === "never") report.set("dataset_id", inputs.datasetId);
    warnOfProxy(tools, unusableProxy(env));
    report.succeed(await run(tools));
  } catch (error) {
    fail(world, report, error, tools?.patience);
  } finally {
    deadline?.release();
  }
  tools?.rejected.end();
  report.set("elapsed_seconds", Math.floor(report.elapsedMs / 1000));
  const summary = renderSummary(report, runner.redact);
  report.set("summary_file", runner.keep("summary.md", summary));
  await runner.summary(summary);
  return report.failure === undefined;
}
async function run(tools) {
  const { files, patience, report } = tools;
  const { datasetFile, workspace } = tools.inputs;
  let known = nothingKnown(
    datasetFile === undefined
      ? undefined
      : await findDatasetFile(files, workspace, datasetFile),
  );
  for (;;) {
    const view = lookAt(known, patience.now());
    const using = withCopy(tools, known);
    const { inputs } = using;
    report.progress = standing(view);
    const next = decide(view, inputs);
    const over = next.do === "stop" || next.do === "end";
    if (over && !view.used && view.original) {
      report.sawBatch(view.original.value);
    }
    if (next.do === "stop") throw stops_stopFor(next.reason, view, inputs);
    if (next.do === "end") {
      reportEnd(using, view, next);
      return next.outcome;
    }
    report.enter(phaseOf(next));
    known = learn(known, await act(using, next, known));
  }
}
function withCopy(tools, { newRows, used }) {
  if (used?.which !== "copy") return tools;
  const inputs = { ...tools.inputs, batchId: used.id, datasetId: undefined };
  return { ...tools, inputs, files: newRows?.files ?? tools.files };
}
function toolsFor(world, inputs, report, deadline) {
  const { clock, random, runner, files, git, send, upload } = world;
  const { apiUrl, apiToken: token = "", pollIntervalMs } = inputs;
  const { debug, mask } = runner;
  const log = new Log(runner, report, clock);
  return {
    inputs,
    prolific: new Prolific(new Exchange({ send, clock, apiUrl, token, debug })),
    storage: new Storage({ upload, clock, apiUrl, mask, debug }),
    files,
    git,
    patience: new Patience({
      ...{ clock, random, deadline, pollIntervalMs, log, report },
    }),
    log,
    report,
    rejected: new RejectedFile(runner, report),
  };
}
function warnOfProxy({ log }, variable) {
  if (variable === undefined) return;
  log.warn(
    "The proxy cannot be used",
    `${variable} holds no address that a proxy can be reached at. Write it as http://host:port, and what is special in ` +
      "user and password percent-encoded (% itself as %25).",
  );
}
function fail({ runner }, report, error, patience) {
  const failure = explain(error, {
    progress: report.progress,
    status: report.get("status"),
    lastError: patience?.lastError ?? patience?.writeError,
    redact: runner.redact,
  });
  report.fail(failure);
  if (failure.outcome === "cancelled") {
    failure.lines.forEach(runner.info);
    return;
  }
  runner.info(failure.title);
  runner.error(failure.title, failure.lines.join("\n"));
}
const external_node_tls_namespaceObject = __WEBPACK_EXTERNAL_createRequire(
  import.meta.url,
)("node:tls");
var external_http_ = __nccwpck_require__(611);
var external_http_namespaceObject = __nccwpck_require__.t(external_http_, 2);
var external_https_ = __nccwpck_require__(692);
var external_https_namespaceObject = __nccwpck_require__.t(external_https_, 2);
// ./node_modules/@actions/http-client/lib/proxy.js
function getProxyUrl(reqUrl) {
  const usingSsl = reqUrl.protocol === "https:";
  if (checkBypass(reqUrl)) {
    return undefined;
  }
  const proxyVar = (() => {
    if (usingSsl) {
      return process.env["https_proxy"] || process.env["HTTPS_PROXY"];
    } else {
      return process.env["http_proxy"] || process.env["HTTP_PROXY"];
    }
  })();
  if (proxyVar) {
    try {
      return new DecodedURL(proxyVar);
    } catch (_a) {
      if (!proxyVar.startsWith("http://") && !proxyVar.startsWith("https://"))
        return new DecodedURL(`http://${proxyVar}`);
    }
  } else {
    return undefined;
  }
}
function checkBypass(reqUrl) {
  if (!reqUrl.hostname) {
    return false;
  }
  const reqHost = reqUrl.hostname;
  if (isLoopbackAddress(reqHost)) {
    return true;
  }
  const noProxy = process.env["no_proxy"] || process.env["NO_PROXY"] || "";
  if (!noProxy) {
    return false;
  }
  let reqPort;
  if (reqUrl.port) {
    reqPort = Number(reqUrl.port);
  } else if (reqUrl.protocol === "http:") {
    reqPort = 80;
  } else if (reqUrl.protocol === "https:") {
    reqPort = 443;
  }
  const upperReqHosts = [reqUrl.hostname.toUpperCase()];
  if (typeof reqPort === "number") {
    upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
  }
  for (const upperNoProxyItem of noProxy
    .split(",")
    .map((x) => x.trim().toUpperCase())
    .filter((x) => x)) {
    if (
      upperNoProxyItem === "*" ||
      upperReqHosts.some(
        (x) =>
          x === upperNoProxyItem ||
          x.endsWith(`.${upperNoProxyItem}`) ||
          (upperNoProxyItem.startsWith(".") &&
            x.endsWith(`${upperNoProxyItem}`)),
      )
    ) {
      return true;
    }
  }
  return false;
}
function isLoopbackAddress(host) {
  const hostLower = host.toLowerCase();
  return (
    hostLower === "localhost" ||
    hostLower.startsWith("127.") ||
    hostLower.startsWith("[::1]") ||
    hostLower.startsWith("[0:0:0:0:0:0:0:1]")
  );
}
class DecodedURL extends URL {
  constructor(url, base) {
    super(url, base);
    this._decodedUsername = decodeURIComponent(super.username);
    this._decodedPassword = decodeURIComponent(super.password);
  }
  get username() {
    return this._decodedUsername;
  }
  get password() {
    return this._decodedPassword;
  }
}
var tunnel = __nccwpck_require__(770);
// ./src/bundled/undici.ts
class ProxyAgent {
  constructor() {
    throw new Error(
      'undici is not part of this action (docs/design.md, "dist"): HttpClient.getAgentDispatcher() cannot be used.',
    );
  }
}
// ./node_modules/@actions/http-client/lib/index.js
var __awaiter =
  (undefined && undefined.__awaiter) ||
  function (thisArg, _arguments, P, generator) {
    function adopt(value) {
      return value instanceof P
        ? value
        : new P(function (resolve) {
            resolve(value);
          });
    }
    return new (P || (P = Promise))(function (resolve, reject) {
      function fulfilled(value) {
        try {
          step(generator.next(value));
        } catch (e) {
          reject(e);
        }
      }
      function rejected(value) {
        try {
          step(generator["throw"](value));
        } catch (e) {
          reject(e);
        }
      }
      function step(result) {
        result.done
          ? resolve(result.value)
          : adopt(result.value).then(fulfilled, rejected);
      }
      step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
  };
var HttpCodes;
(function (HttpCodes) {
  HttpCodes[(HttpCodes["OK"] = 200)] = "OK";
  HttpCodes[(HttpCodes["MultipleChoices"] = 300)] = "MultipleChoices";
  HttpCodes[(HttpCodes["MovedPermanently"] = 301)] = "MovedPermanently";
  HttpCodes[(HttpCodes["ResourceMoved"] = 302)] = "ResourceMoved";
  HttpCodes[(HttpCodes["SeeOther"] = 303)] = "SeeOther";
  HttpCodes[(HttpCodes["NotModified"] = 304)] = "NotModified";
  HttpCodes[(HttpCodes["UseProxy"] = 305)] = "UseProxy";
  HttpCodes[(HttpCodes["SwitchProxy"] = 306)] = "SwitchProxy";
  HttpCodes[(HttpCodes["TemporaryRedirect"] = 307)] = "TemporaryRedirect";
  HttpCodes[(HttpCodes["PermanentRedirect"] = 308)] = "PermanentRedirect";
  HttpCodes[(HttpCodes["BadRequest"] = 400)] = "BadRequest";
  HttpCodes[(HttpCodes["Unauthorized"] = 401)] = "Unauthorized";
  HttpCodes[(HttpCodes["PaymentRequired"] = 402)] = "PaymentRequired";
  HttpCodes[(HttpCodes["Forbidden"] = 403)] = "Forbidden";
  HttpCodes[(HttpCodes["NotFound"] = 404)] = "NotFound";
  HttpCodes[(HttpCodes["MethodNotAllowed"] = 405)] = "MethodNotAllowed";
  HttpCodes[(HttpCodes["NotAcceptable"] = 406)] = "NotAcceptable";
  HttpCodes[(HttpCodes["ProxyAuthenticationRequired"] = 407)] =
    "ProxyAuthenticationRequired";
  HttpCodes[(HttpCodes["RequestTimeout"] = 408)] = "RequestTimeout";
  HttpCodes[(HttpCodes["Conflict"] = 409)] = "Conflict";
  HttpCodes[(HttpCodes["Gone"] = 410)] = "Gone";
  HttpCodes[(HttpCodes["TooManyRequests"] = 429)] = "TooManyRequests";
  HttpCodes[(HttpCodes["InternalServerError"] = 500)] = "InternalServerError";
  HttpCodes[(HttpCodes["NotImplemented"] = 501)] = "NotImplemented";
  HttpCodes[(HttpCodes["BadGateway"] = 502)] = "BadGateway";
  HttpCodes[(HttpCodes["ServiceUnavailable"] = 503)] = "ServiceUnavailable";
  HttpCodes[(HttpCodes["GatewayTimeout"] = 504)] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function (Headers) {
  Headers["Accept"] = "accept";
  Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function (MediaTypes) {
  MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
function lib_getProxyUrl(serverUrl) {
  const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
  return proxyUrl ? proxyUrl.href : "";
}
const HttpRedirectCodes = [
  HttpCodes.MovedPermanently,
  HttpCodes.ResourceMoved,
  HttpCodes.SeeOther,
  HttpCodes.TemporaryRedirect,
  HttpCodes.PermanentRedirect,
];
const HttpResponseRetryCodes = [
  HttpCodes.BadGateway,
  HttpCodes.ServiceUnavailable,
  HttpCodes.GatewayTimeout,
];
const RetryableHttpVerbs = ["OPTIONS", "GET", "DELETE", "HEAD"];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
  constructor(message, statusCode) {
    super(message);
    this.name = "HttpClientError";
    this.statusCode = statusCode;
    Object.setPrototypeOf(this, HttpClientError.prototype);
  }
}
class HttpClientResponse {
  constructor(message) {
    this.message = message;
  }
  readBody() {
    return __awaiter(this, void 0, void 0, function* () {
      return new Promise((resolve) =>
        __awaiter(this, void 0, void 0, function* () {
          let output = Buffer.alloc(0);
          this.message.on("data", (chunk) => {
            output = Buffer.concat([output, chunk]);
          });
          this.message.on("end", () => {
            resolve(output.toString());
          });
        }),
      );
    });
  }
  readBodyBuffer() {
    return __awaiter(this, void 0, void 0, function* () {
      return new Promise((resolve) =>
        __awaiter(this, void 0, void 0, function* () {
          const chunks = [];
          this.message.on("data", (chunk) => {
            chunks.push(chunk);
          });
          this.message.on("end", () => {
            resolve(Buffer.concat(chunks));
          });
        }),
      );
    });
  }
}
function isHttps(requestUrl) {
  const parsedUrl = new URL(requestUrl);
  return parsedUrl.protocol === "https:";
}
class HttpClient {
  constructor(userAgent, handlers, requestOptions) {
    this._ignoreSslError = false;
    this._allowRedirects = true;
    this._allowRedirectDowngrade = false;
    this._maxRedirects = 50;
    this._allowRetries = false;
    this._maxRetries = 1;
    this._keepAlive = false;
    this._disposed = false;
    this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
    this.handlers = handlers || [];
    this.requestOptions = requestOptions;
    if (requestOptions) {
      if (requestOptions.ignoreSslError != null) {
        this._ignoreSslError = requestOptions.ignoreSslError;
      }
      this._socketTimeout = requestOptions.socketTimeout;
      if (requestOptions.allowRedirects != null) {
        this._allowRedirects = requestOptions.allowRedirects;
      }
      if (requestOptions.allowRedirectDowngrade != null) {
        this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
      }
      if (requestOptions.maxRedirects != null) {
        this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
      }
      if (requestOptions.keepAlive != null) {
        this._keepAlive = requestOptions.keepAlive;
      }
      if (requestOptions.allowRetries != null) {
        this._allowRetries = requestOptions.allowRetries;
      }
      if (requestOptions.maxRetries != null) {
        this._maxRetries = requestOptions.maxRetries;
      }
    }
  }
  options(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request("OPTIONS", requestUrl, null, additionalHeaders || {});
    });
  }
  get(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request("GET", requestUrl, null, additionalHeaders || {});
    });
  }
  del(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request("DELETE", requestUrl, null, additionalHeaders || {});
    });
  }
  post(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request("POST", requestUrl, data, additionalHeaders || {});
    });
  }
  patch(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request("PATCH", requestUrl, data, additionalHeaders || {});
    });
  }
  put(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request("PUT", requestUrl, data, additionalHeaders || {});
    });
  }
  head(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request("HEAD", requestUrl, null, additionalHeaders || {});
    });
  }
  sendStream(verb, requestUrl, stream, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request(verb, requestUrl, stream, additionalHeaders);
    });
  }
  getJson(requestUrl_1) {
    return __awaiter(
      this,
      arguments,
      void 0,
      function* (requestUrl, additionalHeaders = {}) {
        additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(
          additionalHeaders,
          Headers.Accept,
          MediaTypes.ApplicationJson,
        );
        const res = yield this.get(requestUrl, additionalHeaders);
        return this._processResponse(res, this.requestOptions);
      },
    );
  }
  postJson(requestUrl_1, obj_1) {
    return __awaiter(
      this,
      arguments,
      void 0,
      function* (requestUrl, obj, additionalHeaders = {}) {
        const data = JSON.stringify(obj, null, 2);
        additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(
          additionalHeaders,
          Headers.Accept,
          MediaTypes.ApplicationJson,
        );
        additionalHeaders[Headers.ContentType] =
          this._getExistingOrDefaultContentTypeHeader(
            additionalHeaders,
            MediaTypes.ApplicationJson,
          );
        const res = yield this.post(requestUrl, data, additionalHeaders);
        return this._processResponse(res, this.requestOptions);
      },
    );
  }
  putJson(requestUrl_1, obj_1) {
    return __awaiter(
      this,
      arguments,
      void 0,
      function* (requestUrl, obj, additionalHeaders = {}) {
        const data = JSON.stringify(obj, null, 2);
        additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(
          additionalHeaders,
          Headers.Accept,
          MediaTypes.ApplicationJson,
        );
        additionalHeaders[Headers.ContentType] =
          this._getExistingOrDefaultContentTypeHeader(
            additionalHeaders,
            MediaTypes.ApplicationJson,
          );
        const res = yield this.put(requestUrl, data, additionalHeaders);
        return this._processResponse(res, this.requestOptions);
      },
    );
  }
  patchJson(requestUrl_1, obj_1) {
    return __awaiter(
      this,
      arguments,
      void 0,
      function* (requestUrl, obj, additionalHeaders = {}) {
        const data = JSON.stringify(obj, null, 2);
        additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(
          additionalHeaders,
          Headers.Accept,
          MediaTypes.ApplicationJson,
        );
        additionalHeaders[Headers.ContentType] =
          this._getExistingOrDefaultContentTypeHeader(
            additionalHeaders,
            MediaTypes.ApplicationJson,
          );
        const res = yield this.patch(requestUrl, data, additionalHeaders);
        return this._processResponse(res, this.requestOptions);
      },
    );
  }
  request(verb, requestUrl, data, headers) {
    return __awaiter(this, void 0, void 0, function* () {
      if (this._disposed) {
        throw new Error("Client has already been disposed.");
      }
      const parsedUrl = new URL(requestUrl);
      let info = this._prepareRequest(verb, parsedUrl, headers);
      const maxTries =
        this._allowRetries && RetryableHttpVerbs.includes(verb)
          ? this._maxRetries + 1
          : 1;
      let numTries = 0;
      let response;
      do {
        response = yield this.requestRaw(info, data);
        if (
          response &&
          response.message &&
          response.message.statusCode === HttpCodes.Unauthorized
        ) {
          let authenticationHandler;
          for (const handler of this.handlers) {
            if (handler.canHandleAuthentication(response)) {
              authenticationHandler = handler;
              break;
            }
          }
          if (authenticationHandler) {
            return authenticationHandler.handleAuthentication(this, info, data);
          } else {
            return response;
          }
        }
        let redirectsRemaining = this._maxRedirects;
        while (
          response.message.statusCode &&
          HttpRedirectCodes.includes(response.message.statusCode) &&
          this._allowRedirects &&
          redirectsRemaining > 0
        ) {
          const redirectUrl = response.message.headers["location"];
          if (!redirectUrl) {
            break;
          }
          const parsedRedirectUrl = new URL(redirectUrl);
          if (
            parsedUrl.protocol === "https:" &&
            parsedUrl.protocol !== parsedRedirectUrl.protocol &&
            !this._allowRedirectDowngrade
          ) {
            throw new Error(
              "Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.",
            );
          }
          yield response.readBody();
          if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
            for (const header in headers) {
              if (header.toLowerCase() === "authorization") {
                delete headers[header];
              }
            }
          }
          info = this._prepareRequest(verb, parsedRedirectUrl, headers);
          response = yield this.requestRaw(info, data);
          redirectsRemaining--;
        }
        if (
          !response.message.statusCode ||
          !HttpResponseRetryCodes.includes(response.message.statusCode)
        ) {
          return response;
        }
        numTries += 1;
        if (numTries < maxTries) {
          yield response.readBody();
          yield this._performExponentialBackoff(numTries);
        }
      } while (numTries < maxTries);
      return response;
    });
  }
  dispose() {
    if (this._agent) {
      this._agent.destroy();
    }
    this._disposed = true;
  }
  requestRaw(info, data) {
    return __awaiter(this, void 0, void 0, function* () {
      return new Promise((resolve, reject) => {
        function callbackForResult(err, res) {
          if (err) {
            reject(err);
          } else if (!res) {
            reject(new Error("Unknown error"));
          } else {
            resolve(res);
          }
        }
        this.requestRawWithCallback(info, data, callbackForResult);
      });
    });
  }
  requestRawWithCallback(info, data, onResult) {
    if (typeof data === "string") {
      if (!info.options.headers) {
        info.options.headers = {};
      }
      info.options.headers["Content-Length"] = Buffer.byteLength(data, "utf8");
    }
    let callbackCalled = false;
    function handleResult(err, res) {
      if (!callbackCalled) {
        callbackCalled = true;
        onResult(err, res);
      }
    }
    const req = info.httpModule.request(info.options, (msg) => {
      const res = new HttpClientResponse(msg);
      handleResult(undefined, res);
    });
    let socket;
    req.on("socket", (sock) => {
      socket = sock;
    });
    req.setTimeout(this._socketTimeout || 3 * 60000, () => {
      if (socket) {
        socket.end();
      }
      handleResult(new Error(`Request timeout: ${info.options.path}`));
    });
    req.on("error", function (err) {
      handleResult(err);
    });
    if (data && typeof data === "string") {
      req.write(data, "utf8");
    }
    if (data && typeof data !== "string") {
      data.on("close", function () {
        req.end();
      });
      data.pipe(req);
    } else {
      req.end();
    }
  }
  getAgent(serverUrl) {
    const parsedUrl = new URL(serverUrl);
    return this._getAgent(parsedUrl);
  }
  getAgentDispatcher(serverUrl) {
    const parsedUrl = new URL(serverUrl);
    const proxyUrl = getProxyUrl(parsedUrl);
    const useProxy = proxyUrl && proxyUrl.hostname;
    if (!useProxy) {
      return;
    }
    return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
  }
  _prepareRequest(method, requestUrl, headers) {
    const info = {};
    info.parsedUrl = requestUrl;
    const usingSsl = info.parsedUrl.protocol === "https:";
    info.httpModule = usingSsl
      ? external_https_namespaceObject
      : external_http_namespaceObject;
    const defaultPort = usingSsl ? 443 : 80;
    info.options = {};
    info.options.host = info.parsedUrl.hostname;
    info.options.port = info.parsedUrl.port
      ? parseInt(info.parsedUrl.port)
      : defaultPort;
    info.options.path =
      (info.parsedUrl.pathname || "") + (info.parsedUrl.search || "");
    info.options.method = method;
    info.options.headers = this._mergeHeaders(headers);
    if (this.userAgent != null) {
      info.options.headers["user-agent"] = this.userAgent;
    }
    info.options.agent = this._getAgent(info.parsedUrl);
    if (this.handlers) {
      for (const handler of this.handlers) {
        handler.prepareRequest(info.options);
      }
    }
    return info;
  }
  _mergeHeaders(headers) {
    if (this.requestOptions && this.requestOptions.headers) {
      return Object.assign(
        {},
        lowercaseKeys(this.requestOptions.headers),
        lowercaseKeys(headers || {}),
      );
    }
    return lowercaseKeys(headers || {});
  }
  _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
    let clientHeader;
    if (this.requestOptions && this.requestOptions.headers) {
      const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
      if (headerValue) {
        clientHeader =
          typeof headerValue === "number"
            ? headerValue.toString()
            : headerValue;
      }
    }
    const additionalValue = additionalHeaders[header];
    if (additionalValue !== undefined) {
      return typeof additionalValue === "number"
        ? additionalValue.toString()
        : additionalValue;
    }
    if (clientHeader !== undefined) {
      return clientHeader;
    }
    return _default;
  }
  _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
    let clientHeader;
    if (this.requestOptions && this.requestOptions.headers) {
      const headerValue = lowercaseKeys(this.requestOptions.headers)[
        Headers.ContentType
      ];
      if (headerValue) {
        if (typeof headerValue === "number") {
          clientHeader = String(headerValue);
        } else if (Array.isArray(headerValue)) {
          clientHeader = headerValue.join(", ");
        } else {
          clientHeader = headerValue;
        }
      }
    }
    const additionalValue = additionalHeaders[Headers.ContentType];
    if (additionalValue !== undefined) {
      if (typeof additionalValue === "number") {
        return String(additionalValue);
      } else if (Array.isArray(additionalValue)) {
        return additionalValue.join(", ");
      } else {
        return additionalValue;
      }
    }
    if (clientHeader !== undefined) {
      return clientHeader;
    }
    return _default;
  }
  _getAgent(parsedUrl) {
    let agent;
    const proxyUrl = getProxyUrl(parsedUrl);
    const useProxy = proxyUrl && proxyUrl.hostname;
    if (this._keepAlive && useProxy) {
      agent = this._proxyAgent;
    }
    if (!useProxy) {
      agent = this._agent;
    }
    if (agent) {
      return agent;
    }
    const usingSsl = parsedUrl.protocol === "https:";
    let maxSockets = 100;
    if (this.requestOptions) {
      maxSockets =
        this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets;
    }
    if (proxyUrl && proxyUrl.hostname) {
      const agentOptions = {
        maxSockets,
        keepAlive: this._keepAlive,
        proxy: Object.assign(
          Object.assign(
            {},
            (proxyUrl.username || proxyUrl.password) && {
              proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`,
            },
          ),
          { host: proxyUrl.hostname, port: proxyUrl.port },
        ),
      };
      let tunnelAgent;
      const overHttps = proxyUrl.protocol === "https:";
      if (usingSsl) {
        tunnelAgent = overHttps ? tunnel.httpsOverHttps : tunnel.httpsOverHttp;
      } else {
        tunnelAgent = overHttps ? tunnel.httpOverHttps : tunnel.httpOverHttp;
      }
      agent = tunnelAgent(agentOptions);
      this._proxyAgent = agent;
    }
    if (!agent) {
      const options = { keepAlive: this._keepAlive, maxSockets };
      agent = usingSsl
        ? new external_https_.Agent(options)
        : new external_http_.Agent(options);
      this._agent = agent;
    }
    if (usingSsl && this._ignoreSslError) {
      agent.options = Object.assign(agent.options || {}, {
        rejectUnauthorized: false,
      });
    }
    return agent;
  }
  _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
    let proxyAgent;
    if (this._keepAlive) {
      proxyAgent = this._proxyAgentDispatcher;
    }
    if (proxyAgent) {
      return proxyAgent;
    }
    const usingSsl = parsedUrl.protocol === "https:";
    proxyAgent = new ProxyAgent(
      Object.assign(
        { uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 },
        (proxyUrl.username || proxyUrl.password) && {
          token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString("base64")}`,
        },
      ),
    );
    this._proxyAgentDispatcher = proxyAgent;
    if (usingSsl && this._ignoreSslError) {
      proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
        rejectUnauthorized: false,
      });
    }
    return proxyAgent;
  }
  _getUserAgentWithOrchestrationId(userAgent) {
    const baseUserAgent = userAgent || "actions/http-client";
    const orchId = process.env["ACTIONS_ORCHESTRATION_ID"];
    if (orchId) {
      const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, "_");
      return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
    }
    return baseUserAgent;
  }
  _performExponentialBackoff(retryNumber) {
    return __awaiter(this, void 0, void 0, function* () {
      retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
      const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
      return new Promise((resolve) => setTimeout(() => resolve(), ms));
    });
  }
  _processResponse(res, options) {
    return __awaiter(this, void 0, void 0, function* () {
      return new Promise((resolve, reject) =>
        __awaiter(this, void 0, void 0, function* () {
          const statusCode = res.message.statusCode || 0;
          const response = {
            statusCode,
            result: null,
            headers: {},
          };
          if (statusCode === HttpCodes.NotFound) {
            resolve(response);
          }
          function dateTimeDeserializer(key, value) {
            if (typeof value === "string") {
              const a = new Date(value);
              if (!isNaN(a.valueOf())) {
                return a;
              }
            }
            return value;
          }
          let obj;
          let contents;
          try {
            contents = yield res.readBody();
            if (contents && contents.length > 0) {
              if (options && options.deserializeDates) {
                obj = JSON.parse(contents, dateTimeDeserializer);
              } else {
                obj = JSON.parse(contents);
              }
              response.result = obj;
            }
            response.headers = res.message.headers;
          } catch (err) {}
          if (statusCode > 299) {
            let msg;
            if (obj && obj.message) {
              msg = obj.message;
            } else if (contents && contents.length > 0) {
              msg = contents;
            } else {
              msg = `Failed request: (${statusCode})`;
            }
            const err = new HttpClientError(msg, statusCode);
            err.result = response.result;
            reject(err);
          } else {
            resolve(response);
          }
        }),
      );
    });
  }
}
const lowercaseKeys = (obj) =>
  Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
// ./src/prolific/file-body.ts
const WRITE_BYTES = 2 ** 16;
class FileBody {
  failure;
  pieces;
  constructor(pieces) {
    this.pieces = pieces;
  }
  asStream() {
    return {
      on: () => undefined,
      pipe: (request) => {
        this.writeTo(request).catch((error) => {
          this.failure =
            error instanceof Error ? error : new Error(String(error));
          request.destroy(this.failure);
        });
      },
    };
  }
  async writeTo(request) {
    let before;
    for await (const piece of this.pieces) {
      for (let at = 0; at < piece.length; at += WRITE_BYTES) {
        const written = write(request, piece.subarray(at, at + WRITE_BYTES));
        await before;
        before = written;
        if (request.destroyed) return;
      }
    }
    await before;
    request.end();
  }
}
function write(request, bytes) {
  return new Promise((resolve) => {
    const done = () => {
      request.off("close", done);
      resolve();
    };
    request.on("close", done);
    if (request.destroyed) done();
    else request.write(bytes, done);
  });
}
// ./src/prolific/wire.ts
async function readBody(message, maxBytes, aborted) {
  const chunks = [];
  let bytes = 0;
  const reading = (async () => {
    for await (const chunk of message) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        return {
          reason: `the response is larger than ${maxBytes / 2 ** 20} MiB`,
          final: true,
        };
      }
      chunks.push(chunk);
    }
    return undefined;
  })();
  const problem = await Promise.race([reading, aborted]).catch((error) => ({
    reason: `the response was cut off: ${describe(error)}`,
  }));
  const body = Buffer.concat(chunks).toString("utf8");
  return problem === undefined ? { body } : { body, problem };
}
function rejectWhenAborted(signal) {
  let abort = () => undefined;
  const promise = new Promise((_, reject) => {
    abort = () => {
      reject(reasonOf(signal));
    };
  });
  promise.catch(() => undefined);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return {
    promise,
    release: () => {
      signal.removeEventListener("abort", abort);
    },
  };
}
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.message === "") {
    return [...new Set(error.errors.map(describe))].join("; ");
  }
  const { code } = error;
  return code === undefined || error.message.includes(code)
    ? error.message
    : `${error.message} (${code})`;
}
// ./src/prolific/http.ts
const sendOverHttp = async (request, options) => {
  const where = {
    method: request.method,
    path: new URL(request.url).pathname,
  };
  const { "User-Agent": userAgent, ...headers } = request.headers;
  const client = new OneRequestClient(userAgent, options.signal);
  const { body = "" } = request;
  const sent = { ...request, headers, body, where };
  const reply = await exchange(client, sent, options);
  if (reply.status !== SWITCHING_PROTOCOLS) return reply;
  throw new ContractError(
    where,
    "HTTP 101 (Switching Protocols), which the action did not request",
  );
};
const SWITCHING_PROTOCOLS = 101;
const UPLOAD_REPLY_MAX_BYTES = 64 * 1024;
const uploadOverHttp = async (
  { method, url, contentType, bytes, body },
  { signal, stallMs },
) => {
  const where = { method, path: `to ${new URL(url).host}` };
  const tooLong = new Error(`no progress for ${formatDuration(stallMs)}`);
  const connecting = timeLimit(systemClock, stallMs, tooLong);
  const both = AbortSignal.any([signal, connecting.signal]);
  const client = new OneRequestClient(undefined, both, stallMs);
  client.onConnected = () => {
    connecting.release();
  };
  const file = new FileBody(body);
  const headers = {
    "Content-Type": contentType,
    "Content-Length": String(bytes),
  };
  try {
    return await exchange(
      client,
      { method, url, headers, body: file.asStream(), where },
      { signal: both, maxBodyBytes: UPLOAD_REPLY_MAX_BYTES },
    );
  } catch (error) {
    if (file.failure) throw file.failure;
    if (client.stalled) throw new ConnectionError(where, tooLong.message);
    throw error;
  } finally {
    connecting.release();
  }
};
async function exchange(
  client,
  { method, url, headers: sent, body: data, where },
  { signal, maxBodyBytes, statusOnly },
) {
  const aborted = rejectWhenAborted(signal);
  try {
    const response = await Promise.race([
      client.request(method, url, data, sent),
      aborted.promise,
    ]).catch((error) => {
      throw new ConnectionError(where, describe(error), {
        sent: client.connected,
      });
    });
    const { message } = response;
    const status = message.statusCode ?? 0;
    const headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [
        name,
        String(value),
      ]),
    );
    const isAccepted = status >= 200 && status <= 299;
    if (status === SWITCHING_PROTOCOLS || (statusOnly === true && isAccepted)) {
      return { status, headers, body: "" };
    }
    const { body, problem } = await readBody(
      message,
      maxBodyBytes,
      aborted.promise,
    );
    return problem === undefined
      ? { status, headers, body }
      : {
          status,
          headers,
          body,
          cut: new ConnectionError(where, problem.reason, problem),
        };
  } finally {
    aborted.release();
    client.close();
  }
}
class OneRequestClient extends HttpClient {
  connected = false;
  onConnected = () => undefined;
  stalled = false;
  sentRequest;
  constructor(userAgent, signal, socketTimeout) {
    super(userAgent, [new AbortWith(signal)], {
      allowRedirects: false,
      allowRetries: false,
      keepAlive: false,
      ...(socketTimeout === undefined ? {} : { socketTimeout }),
    });
  }
  close() {
    this.sentRequest?.destroy();
    this.dispose();
  }
  requestRawWithCallback(info, data, onResult) {
    const { request } = info.httpModule;
    const observed = (options, onResponse) => {
      const host = options.host?.replace(/^\[(.*)\]$/, "$1") ?? null;
      const sent = request({ ...options, host }, onResponse);
      this.sentRequest = sent;
      sent.on("timeout", () => {
        this.stalled = true;
        sent.destroy();
      });
      sent.on("upgrade", (message, socket) => {
        socket.destroy();
        onResponse(message);
      });
      sent.on("socket", (socket) => {
        this.observe(socket);
      });
      return sent;
    };
    const httpModule = Object.create(info.httpModule, {
      request: { value: observed },
    });
    super.requestRawWithCallback({ ...info, httpModule }, data, onResult);
  }
  observe(socket) {
    const connected = () => {
      this.connected = true;
      this.onConnected();
    };
    if (socket instanceof external_node_tls_namespaceObject.TLSSocket)
      socket.once("secureConnect", connected);
    else if (socket.connecting) socket.once("connect", connected);
    else connected();
  }
}
class AbortWith {
  signal;
  constructor(signal) {
    this.signal = signal;
  }
  prepareRequest(options) {
    const { signal } = this;
    options.signal = signal;
    const tunnel = options.agent;
    const connect = tunnel?.request;
    if (!tunnel || !connect) return;
    tunnel.request = (connectOptions) => connect({ ...connectOptions, signal });
  }
  canHandleAuthentication() {
    return false;
  }
  handleAuthentication() {
    return Promise.reject(new Error("no authentication to handle"));
  }
}
const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(
  import.meta.url,
)("os");
// ./node_modules/@actions/core/lib/utils.js
function toCommandValue(input) {
  if (input === null || input === undefined) {
    return "";
  } else if (typeof input === "string" || input instanceof String) {
    return input;
  }
  return JSON.stringify(input);
}
function toCommandProperties(annotationProperties) {
  if (!Object.keys(annotationProperties).length) {
    return {};
  }
  return {
    title: annotationProperties.title,
    file: annotationProperties.file,
    line: annotationProperties.startLine,
    endLine: annotationProperties.endLine,
    col: annotationProperties.startColumn,
    endColumn: annotationProperties.endColumn,
  };
}
// ./node_modules/@actions/core/lib/command.js
function issueCommand(command, properties, message) {
  const cmd = new Command(command, properties, message);
  process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function command_issue(name, message = "") {
  issueCommand(name, {}, message);
}
const CMD_STRING = "::";
class Command {
  constructor(command, properties, message) {
    if (!command) {
      command = "missing.command";
    }
    this.command = command;
    this.properties = properties;
    this.message = message;
  }
  toString() {
    let cmdStr = CMD_STRING + this.command;
    if (this.properties && Object.keys(this.properties).length > 0) {
      cmdStr += " ";
      let first = true;
      for (const key in this.properties) {
        if (this.properties.hasOwnProperty(key)) {
          const val = this.properties[key];
          if (val) {
            if (first) {
              first = false;
            } else {
              cmdStr += ",";
            }
            cmdStr += `${key}=${escapeProperty(val)}`;
          }
        }
      }
    }
    cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
    return cmdStr;
  }
}
function escapeData(s) {
  return toCommandValue(s)
    .replace(/%/g, "%25")
    .replace(/\r/g, "%0D")
    .replace(/\n/g, "%0A");
}
function escapeProperty(s) {
  return toCommandValue(s)
    .replace(/%/g, "%25")
    .replace(/\r/g, "%0D")
    .replace(/\n/g, "%0A")
    .replace(/:/g, "%3A")
    .replace(/,/g, "%2C");
}
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(
  import.meta.url,
)("crypto");
const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(
  import.meta.url,
)("fs");
// ./node_modules/@actions/core/lib/file-command.js
function issueFileCommand(command, message) {
  const filePath = process.env[`GITHUB_${command}`];
  if (!filePath) {
    throw new Error(
      `Unable to find environment variable for file command ${command}`,
    );
  }
  if (!external_fs_namespaceObject.existsSync(filePath)) {
    throw new Error(`Missing file at path: ${filePath}`);
  }
  external_fs_namespaceObject.appendFileSync(
    filePath,
    `${toCommandValue(message)}${external_os_namespaceObject.EOL}`,
    {
      encoding: "utf8",
    },
  );
}
function prepareKeyValueMessage(key, value) {
  const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
  const convertedValue = toCommandValue(value);
  if (key.includes(delimiter)) {
    throw new Error(
      `Unexpected input: name should not contain the delimiter "${delimiter}"`,
    );
  }
  if (convertedValue.includes(delimiter)) {
    throw new Error(
      `Unexpected input: value should not contain the delimiter "${delimiter}"`,
    );
  }
  return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(
  import.meta.url,
)("path");
// ./node_modules/@actions/http-client/lib/auth.js
var auth_awaiter =
  (undefined && undefined.__awaiter) ||
  function (thisArg, _arguments, P, generator) {
    function adopt(value) {
      return value instanceof P
        ? value
        : new P(function (resolve) {
            resolve(value);
          });
    }
    return new (P || (P = Promise))(function (resolve, reject) {
      function fulfilled(value) {
        try {
          step(generator.next(value));
        } catch (e) {
          reject(e);
        }
      }
      function rejected(value) {
        try {
          step(generator["throw"](value));
        } catch (e) {
          reject(e);
        }
      }
      function step(result) {
        result.done
          ? resolve(result.value)
          : adopt(result.value).then(fulfilled, rejected);
      }
      step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
  };
class BasicCredentialHandler {
  constructor(username, password) {
    this.username = username;
    this.password = password;
  }
  prepareRequest(options) {
    if (!options.headers) {
      throw Error("The request has no headers");
    }
    options.headers["Authorization"] =
      `Basic ${Buffer.from(`${this.username}:${this.password}`).toString("base64")}`;
  }
  canHandleAuthentication() {
    return false;
  }
  handleAuthentication() {
    return auth_awaiter(this, void 0, void 0, function* () {
      throw new Error("not implemented");
    });
  }
}
class BearerCredentialHandler {
  constructor(token) {
    this.token = token;
  }
  prepareRequest(options) {
    if (!options.headers) {
      throw Error("The request has no headers");
    }
    options.headers["Authorization"] = `Bearer ${this.token}`;
  }
  canHandleAuthentication() {
    return false;
  }
  handleAuthentication() {
    return auth_awaiter(this, void 0, void 0, function* () {
      throw new Error("not implemented");
    });
  }
}
class PersonalAccessTokenCredentialHandler {
  constructor(token) {
    this.token = token;
  }
  prepareRequest(options) {
    if (!options.headers) {
      throw Error("The request has no headers");
    }
    options.headers["Authorization"] =
      `Basic ${Buffer.from(`PAT:${this.token}`).toString("base64")}`;
  }
  canHandleAuthentication() {
    return false;
  }
  handleAuthentication() {
    return auth_awaiter(this, void 0, void 0, function* () {
      throw new Error("not implemented");
    });
  }
}
// ./node_modules/@actions/core/lib/oidc-utils.js
var oidc_utils_awaiter =
  (undefined && undefined.__awaiter) ||
  function (thisArg, _arguments, P, generator) {
    function adopt(value) {
      return value instanceof P
        ? value
        : new P(function (resolve) {
            resolve(value);
          });
    }
    return new (P || (P = Promise))(function (resolve, reject) {
      function fulfilled(value) {
        try {
          step(generator.next(value));
        } catch (e) {
          reject(e);
        }
      }
      function rejected(value) {
        try {
          step(generator["throw"](value));
        } catch (e) {
          reject(e);
        }
      }
      function step(result) {
        result.done
          ? resolve(result.value)
          : adopt(result.value).then(fulfilled, rejected);
      }
      step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
  };
class OidcClient {
  static createHttpClient(allowRetry = true, maxRetry = 10) {
    const requestOptions = {
      allowRetries: allowRetry,
      maxRetries: maxRetry,
    };
    return new HttpClient(
      "actions/oidc-client",
      [new BearerCredentialHandler(OidcClient.getRequestToken())],
      requestOptions,
    );
  }
  static getRequestToken() {
    const token = process.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
    if (!token) {
      throw new Error(
        "Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable",
      );
    }
    return token;
  }
  static getIDTokenUrl() {
    const runtimeUrl = process.env["ACTIONS_ID_TOKEN_REQUEST_URL"];
    if (!runtimeUrl) {
      throw new Error(
        "Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable",
      );
    }
    return runtimeUrl;
  }
  static getCall(id_token_url) {
    return oidc_utils_awaiter(this, void 0, void 0, function* () {
      var _a;
      const httpclient = OidcClient.createHttpClient();
      const res = yield httpclient.getJson(id_token_url).catch((error) => {
        throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
      });
      const id_token =
        (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
      if (!id_token) {
        throw new Error("Response json body do not have ID Token field");
      }
      return id_token;
    });
  }
  static getIDToken(audience) {
    return oidc_utils_awaiter(this, void 0, void 0, function* () {
      try {
        let id_token_url = OidcClient.getIDTokenUrl();
        if (audience) {
          const encodedAudience = encodeURIComponent(audience);
          id_token_url = `${id_token_url}&audience=${encodedAudience}`;
        }
        debug(`ID token url is ${id_token_url}`);
        const id_token = yield OidcClient.getCall(id_token_url);
        setSecret(id_token);
        return id_token;
      } catch (error) {
        throw new Error(`Error message: ${error.message}`);
      }
    });
  }
}
// ./node_modules/@actions/core/lib/summary.js
var summary_awaiter =
  (undefined && undefined.__awaiter) ||
  function (thisArg, _arguments, P, generator) {
    function adopt(value) {
      return value instanceof P
        ? value
        : new P(function (resolve) {
            resolve(value);
          });
    }
    return new (P || (P = Promise))(function (resolve, reject) {
      function fulfilled(value) {
        try {
          step(generator.next(value));
        } catch (e) {
          reject(e);
        }
      }
      function rejected(value) {
        try {
          step(generator["throw"](value));
        } catch (e) {
          reject(e);
        }
      }
      function step(result) {
        result.done
          ? resolve(result.value)
          : adopt(result.value).then(fulfilled, rejected);
      }
      step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
  };
const { access, appendFile, writeFile } = external_fs_namespaceObject.promises;
const SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
const SUMMARY_DOCS_URL =
  "https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary";
class Summary {
  constructor() {
    this._buffer = "";
  }
  filePath() {
    return summary_awaiter(this, void 0, void 0, function* () {
      if (this._filePath) {
        return this._filePath;
      }
      const pathFromEnv = process.env[SUMMARY_ENV_VAR];
      if (!pathFromEnv) {
        throw new Error(
          `Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`,
        );
      }
      try {
        yield access(
          pathFromEnv,
          external_fs_namespaceObject.constants.R_OK |
            external_fs_namespaceObject.constants.W_OK,
        );
      } catch (_a) {
        throw new Error(
          `Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`,
        );
      }
      this._filePath = pathFromEnv;
      return this._filePath;
    });
  }
  wrap(tag, content, attrs = {}) {
    const htmlAttrs = Object.entries(attrs)
      .map(([key, value]) => ` ${key}="${value}"`)
      .join("");
    if (!content) {
      return `<${tag}${htmlAttrs}>`;
    }
    return `<${tag}${htmlAttrs}>${content}</${tag}>`;
  }
  write(options) {
    return summary_awaiter(this, void 0, void 0, function* () {
      const overwrite = !!(options === null || options === void 0
        ? void 0
        : options.overwrite);
      const filePath = yield this.filePath();
      const writeFunc = overwrite ? writeFile : appendFile;
      yield writeFunc(filePath, this._buffer, { encoding: "utf8" });
      return this.emptyBuffer();
    });
  }
  clear() {
    return summary_awaiter(this, void 0, void 0, function* () {
      return this.emptyBuffer().write({ overwrite: true });
    });
  }
  stringify() {
    return this._buffer;
  }
  isEmptyBuffer() {
    return this._buffer.length === 0;
  }
  emptyBuffer() {
    this._buffer = "";
    return this;
  }
  addRaw(text, addEOL = false) {
    this._buffer += text;
    return addEOL ? this.addEOL() : this;
  }
  addEOL() {
    return this.addRaw(external_os_namespaceObject.EOL);
  }
  addCodeBlock(code, lang) {
    const attrs = Object.assign({}, lang && { lang });
    const element = this.wrap("pre", this.wrap("code", code), attrs);
    return this.addRaw(element).addEOL();
  }
  addList(items, ordered = false) {
    const tag = ordered ? "ol" : "ul";
    const listItems = items.map((item) => this.wrap("li", item)).join("");
    const element = this.wrap(tag, listItems);
    return this.addRaw(element).addEOL();
  }
  addTable(rows) {
    const tableBody = rows
      .map((row) => {
        const cells = row
          .map((cell) => {
            if (typeof cell === "string") {
              return this.wrap("td", cell);
            }
            const { header, data, colspan, rowspan } = cell;
            const tag = header ? "th" : "td";
            const attrs = Object.assign(
              Object.assign({}, colspan && { colspan }),
              rowspan && { rowspan },
            );
            return this.wrap(tag, data, attrs);
          })
          .join("");
        return this.wrap("tr", cells);
      })
      .join("");
    const element = this.wrap("table", tableBody);
    return this.addRaw(element).addEOL();
  }
  addDetails(label, content) {
    const element = this.wrap("details", this.wrap("summary", label) + content);
    return this.addRaw(element).addEOL();
  }
  addImage(src, alt, options) {
    const { width, height } = options || {};
    const attrs = Object.assign(
      Object.assign({}, width && { width }),
      height && { height },
    );
    const element = this.wrap("img", null, Object.assign({ src, alt }, attrs));
    return this.addRaw(element).addEOL();
  }
  addHeading(text, level) {
    const tag = `h${level}`;
    const allowedTag = ["h1", "h2", "h3", "h4", "h5", "h6"].includes(tag)
      ? tag
      : "h1";
    const element = this.wrap(allowedTag, text);
    return this.addRaw(element).addEOL();
  }
  addSeparator() {
    const element = this.wrap("hr", null);
    return this.addRaw(element).addEOL();
  }
  addBreak() {
    const element = this.wrap("br", null);
    return this.addRaw(element).addEOL();
  }
  addQuote(text, cite) {
    const attrs = Object.assign({}, cite && { cite });
    const element = this.wrap("blockquote", text, attrs);
    return this.addRaw(element).addEOL();
  }
  addLink(text, href) {
    const element = this.wrap("a", text, { href });
    return this.addRaw(element).addEOL();
  }
}
const _summary = new Summary();
const markdownSummary = _summary;
const summary = _summary;
// ./node_modules/@actions/core/lib/path-utils.js
function toPosixPath(pth) {
  return pth.replace(/[\\]/g, "/");
}
function toWin32Path(pth) {
  return pth.replace(/[/]/g, "\\");
}
function toPlatformPath(pth) {
  return pth.replace(/[/\\]/g, external_path_namespaceObject.sep);
}
// ./src/bundled/actions-exec.ts
const unused = () => {
  throw new Error(
    '@actions/exec is not part of this action (docs/design.md, "dist"): no program can be started.',
  );
};
const exec = null && unused;
const getExecOutput = unused;
// ./node_modules/@actions/core/lib/platform.js
var platform_awaiter =
  (undefined && undefined.__awaiter) ||
  function (thisArg, _arguments, P, generator) {
    function adopt(value) {
      return value instanceof P
        ? value
        : new P(function (resolve) {
            resolve(value);
          });
    }
    return new (P || (P = Promise))(function (resolve, reject) {
      function fulfilled(value) {
        try {
          step(generator.next(value));
        } catch (e) {
          reject(e);
        }
      }
      function rejected(value) {
        try {
          step(generator["throw"](value));
        } catch (e) {
          reject(e);
        }
      }
      function step(result) {
        result.done
          ? resolve(result.value)
          : adopt(result.value).then(fulfilled, rejected);
      }
      step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
  };
const getWindowsInfo = () =>
  platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield getExecOutput(
      'powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"',
      undefined,
      {
        silent: true,
      },
    );
    const { stdout: name } = yield getExecOutput(
      'powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"',
      undefined,
      {
        silent: true,
      },
    );
    return {
      name: name.trim(),
      version: version.trim(),
    };
  });
const getMacOsInfo = () =>
  platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield getExecOutput("sw_vers", undefined, {
      silent: true,
    });
    const version =
      (_b =
        (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0
          ? void 0
          : _a[1]) !== null && _b !== void 0
        ? _b
        : "";
    const name =
      (_d =
        (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0
          ? void 0
          : _c[1]) !== null && _d !== void 0
        ? _d
        : "";
    return {
      name,
      version,
    };
  });
const getLinuxInfo = () =>
  platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield getExecOutput("lsb_release", ["-i", "-r", "-s"], {
      silent: true,
    });
    const [name, version] = stdout.trim().split("\n");
    return {
      name,
      version,
    };
  });
const platform = external_os_namespaceObject.platform();
const arch = external_os_namespaceObject.arch();
const isWindows = platform === "win32";
const isMacOS = platform === "darwin";
const isLinux = platform === "linux";
function getDetails() {
  return platform_awaiter(this, void 0, void 0, function* () {
    return Object.assign(
      Object.assign(
        {},
        yield isWindows
          ? getWindowsInfo()
          : isMacOS
            ? getMacOsInfo()
            : getLinuxInfo(),
      ),
      { platform, arch, isWindows, isMacOS, isLinux },
    );
  });
}
// ./node_modules/@actions/core/lib/core.js
var core_awaiter =
  (undefined && undefined.__awaiter) ||
  function (thisArg, _arguments, P, generator) {
    function adopt(value) {
      return value instanceof P
        ? value
        : new P(function (resolve) {
            resolve(value);
          });
    }
    return new (P || (P = Promise))(function (resolve, reject) {
      function fulfilled(value) {
        try {
          step(generator.next(value));
        } catch (e) {
          reject(e);
        }
      }
      function rejected(value) {
        try {
          step(generator["throw"](value));
        } catch (e) {
          reject(e);
        }
      }
      function step(result) {
        result.done
          ? resolve(result.value)
          : adopt(result.value).then(fulfilled, rejected);
      }
      step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
  };
var ExitCode;
(function (ExitCode) {
  ExitCode[(ExitCode["Success"] = 0)] = "Success";
  ExitCode[(ExitCode["Failure"] = 1)] = "Failure";
})(ExitCode || (ExitCode = {}));
function exportVariable(name, val) {
  const convertedVal = toCommandValue(val);
  process.env[name] = convertedVal;
  const filePath = process.env["GITHUB_ENV"] || "";
  if (filePath) {
    return issueFileCommand("ENV", prepareKeyValueMessage(name, val));
  }
  issueCommand("set-env", { name }, convertedVal);
}
function setSecret(secret) {
  issueCommand("add-mask", {}, secret);
}
function addPath(inputPath) {
  const filePath = process.env["GITHUB_PATH"] || "";
  if (filePath) {
    issueFileCommand("PATH", inputPath);
  } else {
    issueCommand("add-path", {}, inputPath);
  }
  process.env["PATH"] =
    `${inputPath}${external_path_namespaceObject.delimiter}${process.env["PATH"]}`;
}
function getInput(name, options) {
  const val =
    process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] || "";
  if (options && options.required && !val) {
    throw new Error(`Input required and not supplied: ${name}`);
  }
  if (options && options.trimWhitespace === false) {
    return val;
  }
  return val.trim();
}
function getMultilineInput(name, options) {
  const inputs = getInput(name, options)
    .split("\n")
    .filter((x) => x !== "");
  if (options && options.trimWhitespace === false) {
    return inputs;
  }
  return inputs.map((input) => input.trim());
}
function getBooleanInput(name, options) {
  const trueValue = ["true", "True", "TRUE"];
  const falseValue = ["false", "False", "FALSE"];
  const val = getInput(name, options);
  if (trueValue.includes(val)) return true;
  if (falseValue.includes(val)) return false;
  throw new TypeError(
    `Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
      `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``,
  );
}
function setOutput(name, value) {
  const filePath = process.env["GITHUB_OUTPUT"] || "";
  if (filePath) {
    return issueFileCommand("OUTPUT", prepareKeyValueMessage(name, value));
  }
  process.stdout.write(external_os_namespaceObject.EOL);
  issueCommand("set-output", { name }, toCommandValue(value));
}
function setCommandEcho(enabled) {
  command_issue("echo", enabled ? "on" : "off");
}
function setFailed(message) {
  process.exitCode = ExitCode.Failure;
  error(message);
}
function isDebug() {
  return process.env["RUNNER_DEBUG"] === "1";
}
function debug(message) {
  issueCommand("debug", {}, message);
}
function error(message, properties = {}) {
  issueCommand(
    "error",
    toCommandProperties(properties),
    message instanceof Error ? message.toString() : message,
  );
}
function warning(message, properties = {}) {
  issueCommand(
    "warning",
    toCommandProperties(properties),
    message instanceof Error ? message.toString() : message,
  );
}
function notice(message, properties = {}) {
  issueCommand(
    "notice",
    toCommandProperties(properties),
    message instanceof Error ? message.toString() : message,
  );
}
function info(message) {
  process.stdout.write(message + external_os_namespaceObject.EOL);
}
function startGroup(name) {
  command_issue("group", name);
}
function endGroup() {
  command_issue("endgroup");
}
function group(name, fn) {
  return core_awaiter(this, void 0, void 0, function* () {
    startGroup(name);
    let result;
    try {
      result = yield fn();
    } finally {
      endGroup();
    }
    return result;
  });
}
function saveState(name, value) {
  const filePath = process.env["GITHUB_STATE"] || "";
  if (filePath) {
    return issueFileCommand("STATE", prepareKeyValueMessage(name, value));
  }
  issueCommand("save-state", { name }, toCommandValue(value));
}
function getState(name) {
  return process.env[`STATE_${name}`] || "";
}
function getIDToken(aud) {
  return core_awaiter(this, void 0, void 0, function* () {
    return yield OidcClient.getIDToken(aud);
  });
}
// ./src/github/handover/kept-files.ts
const MODE = 0o600;
const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } =
  external_node_fs_namespaceObject.constants;
class KeptFiles {
  temporary;
  folder;
  begun = new Set();
  constructor(temporary) {
    this.temporary = temporary;
  }
  append(name, text) {
    this.folder ??= (0, external_node_fs_namespaceObject.mkdtempSync)(
      (0, external_node_path_namespaceObject.join)(
        this.temporary,
        "prolific-batch-",
      ),
    );
    const path = (0, external_node_path_namespaceObject.join)(
      this.folder,
      name,
    );
    const isNew = !this.begun.has(name);
    if (
      !isNew &&
      (0, external_node_fs_namespaceObject.lstatSync)(path).isSymbolicLink()
    ) {
      throw Object.assign(new Error("a symbolic link"), { code: "ELOOP" });
    }
    const start = isNew ? O_CREAT | O_EXCL : 0;
    this.begun.add(name);
    const flag = start | O_APPEND | O_WRONLY | O_NOFOLLOW;
    (0, external_node_fs_namespaceObject.appendFileSync)(path, text, {
      mode: MODE,
      flag: flag,
    });
    return path;
  }
}
// ./src/github/runner.ts
function createRunner(files) {
  const secrets = new Set();
  let redact = redactor(secrets);
  const line = (text) => harmless(redact(text));
  const lines = (text) => text.split("\n").map(line).join("\n");
  const warnAbout = (what, error) => {
    warning(line(`Could not write ${what}: ${String(error)}`));
  };
  let outputsFail = false;
  const kept = new KeptFiles(files.temporary);
  let keepingFails = false;
  return {
    mask(secret) {
      if (secret === "" || secrets.has(secret)) return;
      secrets.add(secret);
      redact = redactor(secrets);
      setSecret(secret);
    },
    info: (text) => {
      info(line(text));
    },
    debug: (text) => {
      debug(line(text));
    },
    notice: (title, message) => {
      notice(lines(message), { title: line(title) });
    },
    warning: (title, message) => {
      warning(lines(message), { title: line(title) });
    },
    error: (title, message) => {
      error(lines(message), { title: line(title) });
    },
    annotate: (level, at, title, message) => {
      core_namespaceObject[level](lines(message), {
        title: line(title),
        file: line(at.file),
        ...(at.line === undefined ? {} : { startLine: at.line }),
      });
    },
    output: (name, value) => {
      if (!files.output) return;
      try {
        setOutput(name, redact(value));
      } catch (error) {
        if (!outputsFail) warnAbout(`the output ${name}`, error);
        outputsFail = true;
      }
    },
    summary: async (markdown) => {
      if (!files.summary) return;
      try {
        await summary.addRaw(redact(markdown)).write({ overwrite: true });
      } catch (error) {
        warnAbout("the job summary", error);
      }
    },
    keep: (name, text) => {
      if (files.temporary === "") return undefined;
      try {
        return kept.append(name, redact(text));
      } catch (error) {
        if (!keepingFails) warnAbout(`the file ${name}`, error);
        keepingFails = true;
        return undefined;
      }
    },
    redact: (text) => redact(text),
  };
}
// ./src/index.ts
const LAST_MOMENT_MS = 1_500;
const DNS_LOOKUP = "GetAddrInfoReqWrap";
process.exitCode = 1;
process.noDeprecation = true;
const env = inputs_environment();
const runner = createRunner(runnerFiles(env));
const cancel = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGBREAK"]) {
  process.on(name, () => {
    cancel.abort(new Cancelled(name));
    void systemClock.sleep(LAST_MOMENT_MS).then(() => process.exit(1));
  });
}
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => {
    runner.error("This action has a defect", `Unexpected: ${String(error)}`);
    afterLastWords(() => process.exit(1));
  });
}
process.on("beforeExit", () => {
  runner.error(
    "This action has a defect",
    "The step ended without a verdict. Run the job again.",
  );
  afterLastWords(() => process.exit(1));
});
void main({
  env,
  runner,
  clock: systemClock,
  random: Math.random,
  files: realFiles,
  git: realGit,
  send: sendOverHttp,
  upload: uploadOverHttp,
  cancelled: cancel.signal,
}).then((green) => {
  afterLastWords(() => {
    const lookingUp = process.getActiveResourcesInfo().includes(DNS_LOOKUP);
    if (!green && lookingUp) process.kill(process.pid, "SIGKILL");
    process.exit(green ? 0 : 1);
  });
});
function afterLastWords(end) {
  process.stdout.write("", end);
}
