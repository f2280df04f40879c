using BleepStore.Storage.Conformance.Support;
using Parquet;
using Parquet.Serialization;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.PixelFormats;

namespace BleepStore.Storage.Tests.Shared.Libraries;

/// <summary>A library's use of a stream. It writes the same bytes in its own format, and reads them back.</summary>
internal sealed record LibraryUse(string Name, Func<Stream, Task> WriteAsync, Func<Stream, Task<byte[]>> ReadAsync)
{
    private const int Width = 300;
    private const int Height = 200;
    private const int BytesOfRow = 200;

    /// <summary>More than the first window of a stream that seeks.</summary>
    public static byte[] Content { get; } = Payload.Bytes(Width * Height * 3);

    public static IReadOnlyList<LibraryUse> All { get; } =
    [
        // Parquet.Net has no synchronous methods.
        new("Parquet.Net", WriteParquetAsync, ReadParquetAsync),
        Images("PNG", static () => new PngEncoder()),
        ImagesSynchronously("PNG", static () => new PngEncoder(), seeks: false),
        Images("TIFF", static () => new TiffEncoder()),
        ImagesSynchronously("TIFF", static () => new TiffEncoder(), seeks: true),
    ];

    private static LibraryUse Images(string format, Func<IImageEncoder> encoder) => new(
        $"ImageSharp, {format}, asynchronous",
        async stream =>
        {
            using Image<Rgb24> image = Image.LoadPixelData<Rgb24>(Content, Width, Height);
            await image.SaveAsync(stream, encoder());
        },
        async static stream =>
        {
            using Image<Rgb24> image = await Image.LoadAsync<Rgb24>(stream);
            return Pixels(image);
        });

    /// <param name="format">The format.</param>
    /// <param name="encoder">Writes the format.</param>
    /// <param name="seeks">Whether the encoder seeks, so that an application writes to memory first.</param>
    private static LibraryUse ImagesSynchronously(string format, Func<IImageEncoder> encoder, bool seeks) => new(
        $"ImageSharp, {format}, synchronous",
        stream =>
        {
            using Image<Rgb24> image = Image.LoadPixelData<Rgb24>(Content, Width, Height);
            if (!seeks)
            {
                image.Save(stream, encoder());
                return Task.CompletedTask;
            }

            // The library does the same in its asynchronous method.
            using var copy = new MemoryStream();
            image.Save(copy, encoder());
            copy.WriteTo(stream);
            return Task.CompletedTask;
        },
        static stream =>
        {
            using Image<Rgb24> image = Image.Load<Rgb24>(stream);
            return Task.FromResult(Pixels(image));
        });

    private static byte[] Pixels(Image<Rgb24> image)
    {
        byte[] pixels = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }

    private static async Task WriteParquetAsync(Stream stream)
    {
        IEnumerable<LibraryRow> rows = Content.Chunk(BytesOfRow)
            .Select(static (value, number) => new LibraryRow { Number = number, Name = $"row {number}", Value = value });
        await ParquetSerializer.SerializeAsync(rows, stream, new ParquetOptions { RowGroupSize = 300 });
    }

    private static async Task<byte[]> ReadParquetAsync(Stream stream)
    {
        Stream source = stream;
        if (!stream.CanSeek)
        {
            // A Parquet file begins at its end, so the library refuses to read it forward. An application copies it to memory.
            source = new MemoryStream();
            await stream.CopyToAsync(source);
        }

        LibraryRow[] rows = [.. (await ParquetSerializer.DeserializeAsync<LibraryRow>(source)).Data];
        Assert.That(rows.Select(static row => row.Number), Is.EqualTo(Enumerable.Range(0, rows.Length)));
        Assert.That(rows.Select(static row => row.Name), Is.EqualTo(rows.Select(static row => $"row {row.Number}")));
        return [.. rows.SelectMany(static row => row.Value)];
    }
}
