/* The whole picture small in a corner, while the camera shows a part of it; pressed or dragged, it moves the camera. */
"use strict";
function connectMinimap({ picture, canvas }) {
  const context = canvas.getContext("2d");
  let still = null;

  /** How the picture's units lie in the small one: by its scale and where its corner is. */
  function frame() {
    const [left, top, right, bottom] = picture.bounds;
    const scale = Math.min(canvas.width / (right - left), canvas.height / (bottom - top));
    return { scale, left: left - (canvas.width / scale - (right - left)) / 2, top: top - (canvas.height / scale - (bottom - top)) / 2 };
  }

  /** Glasses as dots, those where most originates in the darkest colour: made anew only when something changed. */
  function background({ scale, left, top }) {
    if (still && still.styles === picture.styles && still.dark === picture.dark) return still.image;
    const image = document.createElement("canvas");
    [image.width, image.height] = [canvas.width, canvas.height];
    const pen = image.getContext("2d");
    const { colors } = picture;
    pen.fillStyle = colors.page;
    pen.fillRect(0, 0, image.width, image.height);
    picture.scene.nodes.forEach(({ x, y }, id) => {
      const glass = picture.glasses.get(id);
      const size = glass.told.length ? 5 : 3;
      pen.fillStyle = glass.told.some(([, own]) => own) ? colors.bins[0] : colors.soft;
      pen.fillRect((x - left) * scale - size / 2, (y - top) * scale - size / 2, size, size);
    });
    still = { image, styles: picture.styles, dark: picture.dark };
    return image;
  }

  picture.drawn = () => {
    const [left, top, right, bottom] = picture.seen;
    const [west, north, east, south] = picture.bounds;
    const whole = left <= west + 20 && top <= north + 20 && right >= east - 20 && bottom >= south - 20;
    canvas.hidden = whole;
    if (whole) return;
    const at = frame();
    context.drawImage(background(at), 0, 0);
    context.strokeStyle = picture.colors.focus;
    context.lineWidth = 2;
    const clip = (value, most) => Math.min(Math.max(value, 1), most - 1);
    const [x0, x1] = [left, right].map((x) => clip((x - at.left) * at.scale, canvas.width));
    const [y0, y1] = [top, bottom].map((y) => clip((y - at.top) * at.scale, canvas.height));
    context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  };

  function go(event) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const at = frame();
    picture.moved = true;
    picture.network.moveTo({
      position: {
        x: at.left + (((event.clientX - left) / width) * canvas.width) / at.scale,
        y: at.top + (((event.clientY - top) / height) * canvas.height) / at.scale,
      },
    });
  }
  // The picture keeps the focus, so that its keys go on working.
  canvas.addEventListener("mousedown", (event) => event.preventDefault());
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    go(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons) go(event);
  });
}
