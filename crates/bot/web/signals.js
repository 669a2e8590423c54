/*
 * Measures the browser of a page for predispatch-bot: device signals, version 1 of the schema.
 *
 *   <script src="/signals.js"></script>
 *   <script>
 *     predispatchSignals.collect().then(signals => { … });  // send them as `client.signals`
 *   </script>
 *
 * Load it early: it counts how mouse and keyboard are used (times, never keys or positions). Call
 * `collect` when the event happens; it answers within a second and never fails. It stores nothing,
 * contacts nobody and draws no canvas or audio fingerprint. An empty error appears in the console at
 * debug level. `predispatchSignals.watchCallers()` is optional: it wraps two functions of the
 * document to see whether a tool calls them.
 *
 * A probe that fails leaves its key out: unknown. `null`: asked, and there is no such thing.
 */
((w, d) => {
  'use strict';
  const n = w.navigator;
  const use = { moves: 0, before: null, press: null, dwell: [], pointer: null, untrusted: 0 };
  const callers = [];

  const source = f => Function.prototype.toString.call(f);
  const isNative = f => (f ? source(f).includes('[native code]') : undefined);
  const getter = name => (Object.getOwnPropertyDescriptor(w.Navigator.prototype, name) || {}).get;
  const brands = list => list.map(b => ({ brand: b.brand, version: b.version }));
  const hasV8 = () => !!(w.Intl && w.Intl.v8BreakIterator);

  // With a debugger's runtime domain on, logging an error reads its stack. Pages wrap their own console
  // and read what they log: a fresh frame's is the browser's.
  function debuggerMarks(inner) {
    let traces = 0;
    if (hasV8()) {
      if (!isNative(inner.console.debug)) return undefined;
      inner.Error.prepareStackTrace = () => (traces++, '');
      inner.console.debug(new inner.Error(''));
    }
    return { prepareStackTrace: traces };
  }

  // A native getter that is really a proxy shows the proxy's frames when it fails.
  function hasProxyFrames(get) {
    try {
      Object.create(get).toString();
    } catch (error) {
      return /Object\.apply|Reflect\.apply|newHandler/.test(String(error.stack));
    }
    return false;
  }

  function toolGlobals(name) {
    return TOOL_GLOBALS.includes(name) || /^__(webdriver|selenium|lastWatir)/.test(name);
  }

  // An element of our own style, whatever the page's style sheets say.
  function measured(style, read) {
    const box = d.createElement('div');
    const all = 'all:initial;display:block;position:absolute;left:-9999px;top:0;' + style;
    box.style.cssText = all.split(';').join('!important;') + '!important';
    d.documentElement.appendChild(box);
    try { return read(box); } finally { box.remove(); }
  }

  function fonts(box) {
    box.textContent = 'mmmmmmmmmmlliWQ';
    const width = family => {
      box.style.setProperty('font-family', family, 'important');
      return box.offsetWidth;
    };
    const plain = width('monospace');
    return FONTS.filter(font => width(`"${font}",monospace`) !== plain);
  }

  function inFreshFrame(read) {
    const frame = d.createElement('iframe');
    frame.srcdoc = ' ';
    frame.style.cssText = 'display:none!important';
    d.documentElement.appendChild(frame);
    try { return read(frame.contentWindow, frame); } finally { frame.remove(); }
  }

  function sameInFrame(inner, frame) {
    const m = inner.navigator;
    return {
      wd: m.webdriver,
      ua_same: m.userAgent === n.userAgent,
      plat_same: m.platform === n.platform,
      lang_same: m.language === n.language,
      get_self: inner.self === inner,
      cwName: Object.prototype.hasOwnProperty.call(frame, 'contentWindow') ? 'own' : 'proto',
    };
  }

  function renderer() {
    const gl = d.createElement('canvas').getContext('webgl');
    if (!gl) return null;
    const info = gl.getExtension('WEBGL_debug_renderer_info');
    return info ? { ur: String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) } : undefined;
  }

  function missingFeatures() {
    const list = Array.prototype;
    return {
      at: typeof list.at, hasOwn: typeof Object.hasOwn, structuredClone: typeof w.structuredClone,
      findLast: typeof list.findLast, toSorted: typeof list.toSorted,
      groupBy: typeof Object.groupBy, withResolvers: typeof Promise.withResolvers,
      iteratorHelpers: typeof (w.Iterator && w.Iterator.prototype.map),
      setUnion: typeof Set.prototype.union, urlParse: typeof w.URL.parse,
    };
  }

  // What answers at once.
  const PROBES = {
    framed: () => w.top !== w,
    sab_coi: () => ({ secure: w.isSecureContext }),
    webdriver: () => n.webdriver,
    webdriver_in_nav: () => 'webdriver' in n,
    webdriver_getter_src: () => source(getter('webdriver')).slice(0, 200),
    nav_own_props: () => Object.getOwnPropertyNames(n).slice(0, 20),
    cdc_globals: () => Object.getOwnPropertyNames(w).filter(name => CHROME_DRIVER.test(name)),
    automation_globals: () => Object.getOwnPropertyNames(w).filter(toolGlobals),
    doc_attrs: () => d.documentElement.getAttributeNames().filter(name => DRIVER_ATTRIBUTE.test(name)),
    process_versions: () => !!(w.process && w.process.versions && w.process.versions.node) || null,
    error_console: () => inFreshFrame(debuggerMarks),
    tostring_proxy_tell: () => ({
      hasObjApply: ['hardwareConcurrency', 'languages', 'userAgent'].map(getter).some(hasProxyFrames),
    }),
    native_fns: () => ({
      fn_toString: isNative(Function.prototype.toString),
      perm_query: isNative(w.Permissions && w.Permissions.prototype.query),
      getParameter: isNative(w.WebGLRenderingContext && w.WebGLRenderingContext.prototype.getParameter),
    }),
    user_agent: () => n.userAgent,
    platform: () => n.platform,
    languages: () => n.languages.slice(0, 10),
    hardware_concurrency: () => n.hardwareConcurrency,
    max_touch_points: () => n.maxTouchPoints,
    uad_low: () => {
      const data = n.userAgentData;
      return data ? { brands: brands(data.brands), mobile: data.mobile, platform: data.platform } : null;
    },
    property_order_engine: () => ({
      chromeEngine: hasV8(), gecko: 'mozInnerScreenX' in w, webkit: 'GestureEvent' in w,
    }),
    modern_features: missingFeatures,
    intl: () => ({ tz: Intl.DateTimeFormat().resolvedOptions().timeZone }),
    connection: () => (n.connection ? { rtt: n.connection.rtt } : null),
    webgl: renderer,
    chrome_obj: () => typeof w.chrome,
    plugins_len: () => n.plugins.length,
    plugins_proto_ok: () => Object.getPrototypeOf(n.plugins) === w.PluginArray.prototype,
    pdf_viewer_enabled: () => n.pdfViewerEnabled,
    notif_perm: () => w.Notification.permission,
    screen: () => ({
      w: w.screen.width, h: w.screen.height, ori: w.screen.orientation ? w.screen.orientation.type : null,
    }),
    win_geom: () => ({
      iw: w.innerWidth, ih: w.innerHeight, ow: w.outerWidth, oh: w.outerHeight, dpr: w.devicePixelRatio,
    }),
    media_queries: () => MEDIA.reduce((all, query) => {
      all[query] = w.matchMedia(query).matches;
      return all;
    }, {}),
    layout_works: () => measured('width:160px;height:40px', box => ({ w: box.offsetWidth, h: box.offsetHeight })),
    scrollbar_width: () => measured('width:99px;height:99px;overflow:scroll', box => box.offsetWidth - box.clientWidth),
    fonts: () => (/Windows NT/.test(n.userAgent) ? measured('font-size:72px;white-space:nowrap', fonts) : undefined),
    iframe: () => inFreshFrame(sameInFrame),
  };

  // What answers later, if at all.
  const LATER = {
    worker: () => new Promise(done => {
      const url = w.URL.createObjectURL(new w.Blob([WORKER], { type: 'text/javascript' }));
      const worker = new w.Worker(url);
      worker.onmessage = message => {
        worker.terminate();
        w.URL.revokeObjectURL(url);
        done(message.data);
      };
    }),
    perm_notifications: () => n.permissions.query({ name: 'notifications' }).then(it => it.state),
    perm_many: () => {
      const states = {};
      const ask = name => n.permissions.query({ name }).then(it => { states[name] = it.state; }, () => {});
      return Promise.all(['background-sync', 'accelerometer', 'geolocation'].map(ask)).then(() => states);
    },
    keyboard_map: () => n.keyboard.getLayoutMap().then(map => map.size),
    uad_high: () => n.userAgentData.getHighEntropyValues(['platformVersion', 'fullVersionList'])
      .then(it => ({ platformVersion: it.platformVersion, fullVersionList: brands(it.fullVersionList) })),
  };

  const TOOL_GLOBALS = ['callPhantom', '_phantom', 'domAutomation', 'domAutomationController',
    '__nightmare', 'awesomium', 'CefSharp', 'RunPerfTest', 'fmget_targets', 'geb', '__phantomas',
    '_Selenium_IDE_Recorder', '_WEBDRIVER_ELEM_CACHE', 'wdioElectron', 'Cypress', '__karma__',
    '__playwright__binding__', '__pwInitScripts'];
  const CHROME_DRIVER = /^[a-z]{3}_[A-Za-z0-9]{15,}_(Array|Object|Promise|Proxy|Symbol|JSON|Window)$/;
  const DRIVER_ATTRIBUTE = /^(webdriver|selenium|driver)$/;
  const TOOL_FRAME = /pptr:|(UtilityScript\.\S+|executeScript|callFunction) \(<anonymous>/;
  const FONTS = ['Segoe UI', 'Calibri', 'Liberation Sans', 'DejaVu Sans'];
  const MEDIA = ['(pointer: none)', '(hover: hover)', '(display-mode: browser)'];
  const WORKER = 'const n=navigator,u=n.userAgentData;postMessage({ua:n.userAgent,plat:n.platform,' +
    'hc:n.hardwareConcurrency,lang:n.language,' +
    'brands:u?u.brands.map(b=>({brand:b.brand,version:b.version})):null})';

  // How the page is used.
  function watch() {
    let pressed = null;
    const down = {};
    const on = (name, handle) => d.addEventListener(name, e => {
      if (e.isTrusted) handle(e);
      else if (name === 'click') use.untrusted++;
    }, { capture: true, passive: true });
    on('mousemove', () => { use.moves++; });
    on('pointerdown', e => { use.pointer = use.pointer || e.pointerType; });
    on('mousedown', e => {
      if (use.before !== null) return;
      use.before = use.moves;
      pressed = e.timeStamp;
    });
    on('mouseup', e => {
      if (pressed !== null && use.press === null) use.press = e.timeStamp - pressed;
    });
    on('click', () => {});
    on('keydown', e => { if (!e.repeat) down[e.code] = e.timeStamp; });
    on('keyup', e => {
      if (e.code in down && use.dwell.length < 50) use.dwell.push(e.timeStamp - down[e.code]);
      delete down[e.code];
    });
  }

  function summary() {
    const dwell = use.dwell.slice().sort((a, b) => a - b);
    return {
      moves_before_click: use.before,
      press_to_release_ms: use.press,
      pointer: use.pointer,
      key_dwell_ms: dwell.length > 2 ? dwell[dwell.length >> 1] : null,
      untrusted_clicks: use.untrusted,
    };
  }

  function watchCallers() {
    ['getElementById', 'querySelector'].forEach(name => {
      const own = d[name];
      d[name] = (...args) => {
        const tool = TOOL_FRAME.exec(new Error().stack);
        if (tool && callers.length < 5) callers.push(tool[0]);
        return own.apply(d, args);
      };
    });
  }

  function collect() {
    const out = { v: 1 };
    const put = (key, value) => { if (value !== undefined) out[key] = value; };
    for (const key of Object.keys(PROBES)) {
      try { put(key, PROBES[key]()); } catch (error) { /* unknown */ }
    }
    const ask = key => Promise.resolve().then(LATER[key]).then(value => put(key, value), () => {});
    const limit = new Promise(done => { w.setTimeout(done, 900); });
    return Promise.race([Promise.all(Object.keys(LATER).map(ask)), limit]).then(() => {
      put('hook_stacks', callers.slice());
      out.event_summary = summary();
      return Object.assign({}, out);
    });
  }

  watch();
  w.predispatchSignals = { collect, watchCallers };
})(window, document);
