/*
 * Measures a page's browser for predispatch-bot: device signals, version 1 of the schema.
 *
 *   <script src="/signals.js"></script>
 *   <script>
 *     predispatchSignals.collect(function (signals) {
 *       // Send it with the event, as `client.signals`.
 *     });
 *   </script>
 *
 * Load it early: it also counts how mouse and keyboard are used (times, never keys or positions).
 * Call `collect` when the event happens; it answers once, within a second, and never throws. It
 * stores nothing, contacts nobody, and draws no canvas or audio fingerprint. One line appears in the
 * console at debug level. `predispatchSignals.watchCallers()` is optional: it wraps two functions of
 * the document to see whether a tool calls them.
 *
 * A probe that fails leaves its key out: unknown. `null`: asked, and there is no such thing.
 */
(function (w, d) {
  'use strict';
  var n = w.navigator;
  var NATIVE = '[native code]';
  var use = { moves: 0, before: null, press: null, dwell: [], pointer: null, untrusted: 0 };
  var stacks = [];

  function attempt(out, key, probe) {
    try {
      var value = probe();
      if (value !== undefined) out[key] = value;
    } catch (e) { /* unknown */ }
  }

  function source(f) { return Function.prototype.toString.call(f); }
  function isNative(f) { return f ? source(f).indexOf(NATIVE) >= 0 : undefined; }
  function getter(name) {
    var own = Object.getOwnPropertyDescriptor(w.Navigator.prototype, name);
    return own && own.get;
  }
  function pairs(list) {
    return (list || []).map(function (b) { return { brand: b.brand, version: b.version }; });
  }

  /* Driver and tool marks. */
  function tools(out) {
    attempt(out, 'webdriver', function () { return n.webdriver; });
    attempt(out, 'webdriver_in_nav', function () { return 'webdriver' in n; });
    attempt(out, 'nav_own_props', function () { return Object.getOwnPropertyNames(n).slice(0, 20); });
    attempt(out, 'webdriver_getter_src', function () {
      var get = getter('webdriver');
      return get ? source(get).slice(0, 200) : null;
    });
    attempt(out, 'cdc_globals', function () {
      return Object.getOwnPropertyNames(w).filter(function (name) {
        return /^[a-z]{3}_[A-Za-z0-9]{15,}_(Array|Object|Promise|Proxy|Symbol|JSON|Window)$/.test(name);
      }).slice(0, 10);
    });
    attempt(out, 'automation_globals', function () {
      var known = ('callPhantom _phantom domAutomation domAutomationController __nightmare awesomium ' +
        'CefSharp RunPerfTest fmget_targets geb __phantomas _Selenium_IDE_Recorder wdioElectron ' +
        '_WEBDRIVER_ELEM_CACHE Cypress __karma__ __playwright__binding__ __pwInitScripts').split(' ');
      return Object.getOwnPropertyNames(w).filter(function (name) {
        return known.indexOf(name) >= 0 || /^__(webdriver|selenium|lastWatir)/.test(name);
      }).slice(0, 20);
    });
    attempt(out, 'doc_attrs', function () {
      return d.documentElement.getAttributeNames().filter(function (name) {
        return /^(webdriver|selenium|driver)$/.test(name);
      });
    });
    attempt(out, 'process_versions', function () {
      var v = w.process && w.process.versions;
      return v && (v.node || v.electron) ? true : null;
    });
    attempt(out, 'error_console', debuggerProbe);
    attempt(out, 'tostring_proxy_tell', function () {
      var has = false;
      [getter('hardwareConcurrency'), getter('languages'), getter('userAgent')].forEach(function (f) {
        if (!f) return;
        try { Object.create(f).toString(); } catch (e) {
          if (/Object\.apply|Reflect\.apply|newHandler/.test(String(e.stack))) has = true;
        }
      });
      return { hasObjApply: has };
    });
    attempt(out, 'native_fns', function () {
      var gl = w.WebGLRenderingContext;
      return {
        fn_toString: isNative(Function.prototype.toString),
        perm_query: isNative(w.Permissions && w.Permissions.prototype.query),
        getParameter: isNative(gl && gl.prototype.getParameter)
      };
    });
  }

  /* With a debugger's runtime domain on, logging an error reads its stack and twice its name. */
  function debuggerProbe() {
    if (!w.Intl || !w.Intl.v8BreakIterator) return { prepareStackTrace: 0, err_name: 0 };
    var traces = 0, names = 0, old = Error.prepareStackTrace, e = new Error('');
    Object.defineProperty(e, 'name', { get: function () { names++; return 'Error'; } });
    try {
      Error.prepareStackTrace = function () { traces++; return ''; };
      w.console.debug(e);
    } finally {
      if (old === undefined) delete Error.prepareStackTrace; else Error.prepareStackTrace = old;
    }
    return { prepareStackTrace: traces, err_name: names };
  }

  /* What the browser says that it is, and what it is. */
  function identity(out) {
    attempt(out, 'user_agent', function () { return n.userAgent; });
    attempt(out, 'platform', function () { return n.platform; });
    attempt(out, 'languages', function () { return n.languages && n.languages.slice(0, 10); });
    attempt(out, 'hardware_concurrency', function () { return n.hardwareConcurrency; });
    attempt(out, 'max_touch_points', function () { return n.maxTouchPoints; });
    attempt(out, 'uad_low', function () {
      var u = n.userAgentData;
      return u ? { brands: pairs(u.brands), mobile: u.mobile, platform: u.platform } : null;
    });
    attempt(out, 'property_order_engine', function () {
      return {
        chromeEngine: !!(w.Intl && w.Intl.v8BreakIterator),
        gecko: 'mozInnerScreenX' in w,
        webkit: 'GestureEvent' in w || 'webkitConvertPointFromNodeToPage' in w
      };
    });
    attempt(out, 'modern_features', function () {
      var A = Array.prototype;
      return {
        at: typeof A.at, hasOwn: typeof Object.hasOwn, structuredClone: typeof w.structuredClone,
        findLast: typeof A.findLast, toSorted: typeof A.toSorted, groupBy: typeof Object.groupBy,
        withResolvers: typeof Promise.withResolvers,
        iteratorHelpers: typeof (w.Iterator && w.Iterator.prototype.map),
        setUnion: typeof Set.prototype.union, urlParse: typeof w.URL.parse
      };
    });
    attempt(out, 'intl', function () { return { tz: Intl.DateTimeFormat().resolvedOptions().timeZone }; });
    attempt(out, 'connection', function () { return n.connection ? { rtt: n.connection.rtt } : null; });
    attempt(out, 'perf_memory', function () {
      var m = w.performance.memory;
      return m ? { lim: m.jsHeapSizeLimit, tot: m.totalJSHeapSize } : null;
    });
    attempt(out, 'webgl', function () {
      var gl = d.createElement('canvas').getContext('webgl');
      if (!gl) return null;
      var info = gl.getExtension('WEBGL_debug_renderer_info');
      return info ? { ur: String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) } : undefined;
    });
  }

  /* What a full browser has. */
  function browser(out) {
    var c = w.chrome;
    out.chrome_obj = typeof c;
    attempt(out, 'chrome_app', function () { return c ? typeof c.app : null; });
    attempt(out, 'chrome_csi', function () { return c ? typeof c.csi : null; });
    attempt(out, 'chrome_loadTimes', function () { return c ? typeof c.loadTimes : null; });
    attempt(out, 'plugins_len', function () { return n.plugins.length; });
    attempt(out, 'plugins_proto_ok', function () {
      return w.PluginArray ? Object.getPrototypeOf(n.plugins) === w.PluginArray.prototype : undefined;
    });
    attempt(out, 'pdf_viewer_enabled', function () { return n.pdfViewerEnabled; });
    attempt(out, 'notif_perm', function () { return w.Notification && w.Notification.permission; });
  }

  /* Window, screen and what is drawn. */
  function geometry(out) {
    attempt(out, 'screen', function () {
      var s = w.screen;
      return { w: s.width, h: s.height, ori: s.orientation ? s.orientation.type : null };
    });
    attempt(out, 'win_geom', function () {
      return {
        iw: w.innerWidth, ih: w.innerHeight, ow: w.outerWidth, oh: w.outerHeight,
        dpr: w.devicePixelRatio
      };
    });
    attempt(out, 'media_queries', function () {
      var found = {};
      ['(pointer: none)', '(hover: hover)', '(display-mode: browser)'].forEach(function (query) {
        found[query] = w.matchMedia(query).matches;
      });
      return found;
    });
    attempt(out, 'layout_works', function () {
      return measured('width:160px;height:40px', function (box) {
        var r = box.getBoundingClientRect();
        return { w: r.width, h: r.height };
      });
    });
    attempt(out, 'scrollbar_width', function () {
      return measured('width:100px;height:100px;overflow:scroll', function (box) {
        return box.offsetWidth - box.clientWidth;
      });
    });
    attempt(out, 'fonts', function () {
      if (n.userAgent.indexOf('Windows NT') < 0) return undefined;
      return measured('font-size:72px;white-space:nowrap', function (box) {
        box.textContent = 'mmmmmmmmmmlliWQ';
        function width(family) {
          box.style.setProperty('font-family', family, 'important');
          return box.offsetWidth;
        }
        var plain = width('monospace');
        return ['Segoe UI', 'Calibri', 'Liberation Sans', 'DejaVu Sans'].filter(function (font) {
          return width('"' + font + '",monospace') !== plain;
        });
      });
    });
  }

  function measured(style, read) {
    var box = d.createElement('div');
    var all = 'all:initial;display:block;position:absolute;left:-9999px;top:0;' + style;
    box.style.cssText = all.split(';').join(' !important;') + ' !important';
    d.documentElement.appendChild(box);
    try { return read(box); } finally { box.remove(); }
  }

  /* The same answers in a fresh frame. */
  function frame(out) {
    attempt(out, 'iframe', function () {
      var f = d.createElement('iframe');
      f.srcdoc = ' ';
      f.style.cssText = 'display:none !important';
      d.documentElement.appendChild(f);
      try {
        var inner = f.contentWindow, m = inner.navigator;
        return {
          wd: m.webdriver, ua_same: m.userAgent === n.userAgent, plat_same: m.platform === n.platform,
          lang_same: m.language === n.language, get_self: inner.self === inner,
          cwName: Object.prototype.hasOwnProperty.call(f, 'contentWindow') ? 'own' : 'proto'
        };
      } finally { f.remove(); }
    });
  }

  /* The same answers in a worker. */
  function worker(done) {
    var text = 'var n=navigator,u=n.userAgentData;postMessage({ua:n.userAgent,plat:n.platform,' +
      'hc:n.hardwareConcurrency,lang:n.language,brands:u?u.brands.map(function(b){return{brand:' +
      'b.brand,version:b.version}}):null})';
    var url = w.URL.createObjectURL(new w.Blob([text], { type: 'text/javascript' }));
    var k = new w.Worker(url);
    k.onmessage = function (message) {
      done('worker', message.data);
      k.terminate();
      w.URL.revokeObjectURL(url);
    };
  }

  function permission(name, then) {
    n.permissions.query({ name: name }).then(function (s) { then(s.state); }, function () { then(); });
  }

  function later(out, finish) {
    var open = 1, isDone = false;
    function close() {
      if (--open === 0) end();
    }
    function end() {
      if (!isDone) { isDone = true; finish(); }
    }
    function probe(run) {
      open++;
      var isClosed = false;
      try {
        run(function (key, value) {
          if (isDone || isClosed) return;
          isClosed = true;
          if (value !== undefined) out[key] = value;
          close();
        });
      } catch (e) { isClosed = true; close(); }
    }
    probe(worker);
    probe(function (done) {
      permission('notifications', function (state) { done('perm_notifications', state); });
    });
    probe(function (done) {
      var states = {}, names = ['background-sync', 'accelerometer', 'geolocation'], left = 3;
      names.forEach(function (name) {
        permission(name, function (state) {
          if (state) states[name] = state;
          if (--left === 0) done('perm_many', states);
        });
      });
    });
    probe(function (done) {
      if (!n.keyboard) return done('keyboard_map', null);
      n.keyboard.getLayoutMap().then(function (m) { done('keyboard_map', m.size); }, function () { done('keyboard_map'); });
    });
    probe(function (done) {
      if (!n.userAgentData) return done('uad_high', null);
      n.userAgentData.getHighEntropyValues(['platformVersion', 'fullVersionList']).then(function (u) {
        done('uad_high', { platformVersion: u.platformVersion, fullVersionList: pairs(u.fullVersionList) });
      }, function () { done('uad_high'); });
    });
    w.setTimeout(end, 900);
    close();
  }

  /* How the page is used. */
  function watch() {
    var pressedAt = null, down = {};
    function on(name, handle) {
      d.addEventListener(name, handle, { capture: true, passive: true });
    }
    on('mousemove', function (e) { if (e.isTrusted) use.moves++; });
    on('pointerdown', function (e) { if (e.isTrusted && !use.pointer) use.pointer = e.pointerType; });
    on('touchstart', function () { if (!use.pointer) use.pointer = 'touch'; });
    on('mousedown', function (e) {
      if (!e.isTrusted || use.before !== null) return;
      use.before = use.moves;
      pressedAt = e.timeStamp;
    });
    on('mouseup', function (e) {
      if (e.isTrusted && pressedAt !== null && use.press === null) use.press = e.timeStamp - pressedAt;
    });
    on('click', function (e) { if (!e.isTrusted) use.untrusted++; });
    on('keydown', function (e) { if (e.isTrusted && !e.repeat) down[e.code] = e.timeStamp; });
    on('keyup', function (e) {
      if (e.isTrusted && e.code in down && use.dwell.length < 50) use.dwell.push(e.timeStamp - down[e.code]);
      delete down[e.code];
    });
  }

  function summary() {
    var dwell = use.dwell.slice().sort(function (a, b) { return a - b; });
    return {
      moves_before_click: use.before, press_to_release_ms: use.press, pointer: use.pointer,
      key_dwell_ms: dwell.length > 2 ? dwell[dwell.length >> 1] : null, untrusted_clicks: use.untrusted
    };
  }

  function watchCallers() {
    ['getElementById', 'querySelector'].forEach(function (name) {
      var own = d[name];
      d[name] = function () {
        var tool = /pptr:|(UtilityScript\.\S+|executeScript|callFunction) \(<anonymous>/.exec(new Error().stack);
        if (tool && stacks.length < 5) stacks.push(tool[0]);
        return own.apply(d, arguments);
      };
    });
  }

  function collect(done) {
    var out = { v: 1 };
    attempt(out, 'framed', function () { return w.top !== w; });
    attempt(out, 'sab_coi', function () { return { secure: w.isSecureContext }; });
    [tools, identity, browser, geometry, frame].forEach(function (group) { group(out); });
    if (stacks.length) out.hook_stacks = stacks;
    later(out, function () {
      out.event_summary = summary();
      done(out);
    });
  }

  watch();
  w.predispatchSignals = { collect: collect, watchCallers: watchCallers };
})(window, document);
