// A dependency uses what Node.js has from version 22 on.
Promise.withResolvers ??= function () {
    let resolve, reject;
    const promise = new this((accept, refuse) => {
        resolve = accept;
        reject = refuse;
    });
    return { promise, resolve, reject };
};
