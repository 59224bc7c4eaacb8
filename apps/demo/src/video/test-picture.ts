/** Pictures a second. */
const RATE = 15

/** A moving picture, for pages without a camera. It ends with its tracks. */
export function testPicture(): MediaStream {
  const canvas = document.createElement('canvas')
  canvas.width = 320
  canvas.height = 180
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  const hue = Math.floor(Math.random() * 360)
  const stream = canvas.captureStream(RATE)
  const [track] = stream.getVideoTracks()
  let turn = 0
  const draw = (): void => {
    turn += 0.06
    context.fillStyle = `hsl(${hue} 45% 24%)`
    context.fillRect(0, 0, canvas.width, canvas.height)
    for (const [index, size] of [44, 30, 18].entries()) {
      const angle = turn * (index + 1) * 0.6
      context.fillStyle = `hsl(${hue + 40 * index} 70% ${58 + 8 * index}%)`
      context.beginPath()
      context.arc(160 + 80 * Math.cos(angle), 90 + 40 * Math.sin(angle), size, 0, 2 * Math.PI)
      context.fill()
    }
    if (track?.readyState === 'ended') clearInterval(timer)
  }
  const timer = setInterval(draw, 1000 / RATE)
  draw()
  return stream
}
