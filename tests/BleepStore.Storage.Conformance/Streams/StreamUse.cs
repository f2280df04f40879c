using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace BleepStore.Storage.Conformance;

/// <summary>A use of a stream by ordinary .NET code, which writes a text and reads it back.</summary>
internal sealed record StreamUse(
    string Name, Action<Stream> Write, Func<Stream, Task> WriteAsync, Func<Stream, string> Read, Func<Stream, Task<string>> ReadAsync)
{
    /// <summary>Larger than the buffers of what reads and writes it.</summary>
    public static string Text { get; } = string.Concat(Enumerable.Range(0, 20_000).Select(static line => $"line {line}\n"));

    public static IReadOnlyList<StreamUse> All { get; } =
    [
        new(
            "CopyTo",
            static stream => Bytes().CopyTo(stream),
            static stream => Bytes().CopyToAsync(stream),
            static stream => Drain(stream),
            DrainAsync),
        new("StreamReader and StreamWriter", WriteText, WriteTextAsync, ReadText, ReadTextAsync),
        new(
            "BinaryReader and BinaryWriter",
            static stream =>
            {
                using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
                writer.Write(Text);
            },
            async static stream =>
            {
                await using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
                writer.Write(Text);
            },
            static stream => new BinaryReader(stream).ReadString(),
            static stream => Task.FromResult(new BinaryReader(stream).ReadString())),
        new(
            "XDocument",
            static stream => Document().Save(stream),
            static stream => Document().SaveAsync(stream, SaveOptions.None, CancellationToken.None),
            static stream => XDocument.Load(stream).Root!.Value,
            async static stream => (await XDocument.LoadAsync(stream, LoadOptions.None, CancellationToken.None)).Root!.Value),
        new(
            "JsonSerializer",
            static stream => JsonSerializer.Serialize(stream, Text),
            static stream => JsonSerializer.SerializeAsync(stream, Text),
            static stream => JsonSerializer.Deserialize<string>(stream)!,
            async static stream => (await JsonSerializer.DeserializeAsync<string>(stream))!),
        new(
            "SHA256",
            static stream => Bytes().CopyTo(stream),
            static stream => Bytes().CopyToAsync(stream),
            static stream => Verify(SHA256.HashData(stream)),
            async static stream => Verify(await SHA256.HashDataAsync(stream))),
        Wrapped(
            "GZipStream",
            static s => new GZipStream(s, CompressionLevel.Fastest, leaveOpen: true),
            static s => new GZipStream(s, CompressionMode.Decompress)),
        Wrapped(
            "BrotliStream",
            static s => new BrotliStream(s, CompressionLevel.Fastest, leaveOpen: true),
            static s => new BrotliStream(s, CompressionMode.Decompress)),
        Wrapped(
            "CryptoStream",
            static s => new CryptoStream(s, Cipher().CreateEncryptor(), CryptoStreamMode.Write, leaveOpen: true),
            static s => new CryptoStream(s, Cipher().CreateDecryptor(), CryptoStreamMode.Read)),
        Wrapped("Stream.Synchronized", Stream.Synchronized, Stream.Synchronized),
        Wrapped("BufferedStream", static s => new BufferedStream(s), static s => new BufferedStream(s)),
        new(
            "PipeReader and PipeWriter",
            static stream => Bytes().CopyTo(PipeWriter.Create(stream).AsStream()),
            async static stream =>
            {
                PipeWriter writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
                await Bytes().CopyToAsync(writer);
                await writer.CompleteAsync();
            },
            static stream => Drain(PipeReader.Create(stream).AsStream()),
            static stream => DrainAsync(PipeReader.Create(stream).AsStream())),
        new(
            "BeginRead and BeginWrite",
            static stream => stream.EndWrite(stream.BeginWrite(Bytes().ToArray(), 0, Text.Length, null, null)),
            static stream => Task.Factory.FromAsync(stream.BeginWrite, stream.EndWrite, Bytes().ToArray(), 0, Text.Length, null),
            static stream =>
            {
                var copy = new MemoryStream();
                byte[] buffer = new byte[5000];
                int count;
                while ((count = stream.EndRead(stream.BeginRead(buffer, 0, buffer.Length, null, null))) > 0)
                {
                    copy.Write(buffer, 0, count);
                }

                return Encoding.UTF8.GetString(copy.ToArray());
            },
            async static stream =>
            {
                var copy = new MemoryStream();
                byte[] buffer = new byte[5000];
                int count;
                while ((count = await Task.Factory.FromAsync(stream.BeginRead, stream.EndRead, buffer, 0, buffer.Length, null)) > 0)
                {
                    copy.Write(buffer, 0, count);
                }

                return Encoding.UTF8.GetString(copy.ToArray());
            }),
        new(
            "ReadByte and WriteByte",
            static stream =>
            {
                foreach (byte value in Bytes().ToArray())
                {
                    stream.WriteByte(value);
                }
            },
            static stream => Bytes().CopyToAsync(stream),
            static stream =>
            {
                var text = new StringBuilder();
                int value;
                while ((value = stream.ReadByte()) >= 0)
                {
                    text.Append((char)value);
                }

                return text.ToString();
            },
            DrainAsync),
        new(
            "ZipArchive",
            static stream =>
            {
                using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
                using Stream entry = zip.CreateEntry("a/text").Open();
                WriteText(entry);
            },
            async static stream =>
            {
                await using ZipArchive zip = await ZipArchive.CreateAsync(
                    stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null);
                await using Stream entry = await zip.CreateEntry("a/text").OpenAsync();
                await WriteTextAsync(entry);
            },
            static stream =>
            {
                using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
                using Stream entry = zip.GetEntry("a/text")!.Open();
                return ReadText(entry);
            },
            async static stream =>
            {
                await using ZipArchive zip = await ZipArchive.CreateAsync(
                    stream, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null);
                await using Stream entry = await zip.GetEntry("a/text")!.OpenAsync();
                return await ReadTextAsync(entry);
            }),
        new(
            "ZipFile",
            static stream => WithFolder(folder => ZipFile.CreateFromDirectory(folder, stream)),
            static stream => WithFolderAsync(folder => ZipFile.CreateFromDirectoryAsync(folder, stream)),
            static stream => FromFolder(folder => ZipFile.ExtractToDirectory(stream, folder)),
            static stream => FromFolderAsync(folder => ZipFile.ExtractToDirectoryAsync(stream, folder))),
        new(
            "TarReader and TarWriter",
            static stream =>
            {
                using var tar = new TarWriter(stream, leaveOpen: true);
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "text") { DataStream = Bytes() });
            },
            async static stream =>
            {
                await using var tar = new TarWriter(stream, leaveOpen: true);
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "text") { DataStream = Bytes() });
            },
            static stream =>
            {
                using var tar = new TarReader(stream, leaveOpen: true);
                return ReadText(tar.GetNextEntry()!.DataStream!);
            },
            async static stream =>
            {
                await using var tar = new TarReader(stream, leaveOpen: true);
                return await ReadTextAsync((await tar.GetNextEntryAsync())!.DataStream!);
            }),
    ];

    public static MemoryStream Bytes() => new(Encoding.UTF8.GetBytes(Text), writable: false);

    private static StreamUse Wrapped(string name, Func<Stream, Stream> writing, Func<Stream, Stream> reading) => new(
        name,
        stream =>
        {
            using Stream wrapper = writing(stream);
            Bytes().CopyTo(wrapper);
        },
        async stream =>
        {
            await using Stream wrapper = writing(stream);
            await Bytes().CopyToAsync(wrapper);
        },
        stream =>
        {
            using Stream wrapper = reading(stream);
            return ReadText(wrapper);
        },
        async stream =>
        {
            await using Stream wrapper = reading(stream);
            return await ReadTextAsync(wrapper);
        });

    private static void WriteText(Stream stream)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(Text);
    }

    private static async Task WriteTextAsync(Stream stream)
    {
        await using var writer = new StreamWriter(stream, leaveOpen: true);
        await writer.WriteAsync(Text);
    }

    private static string ReadText(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static async Task<string> ReadTextAsync(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static string Drain(Stream stream)
    {
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        return Encoding.UTF8.GetString(copy.ToArray());
    }

    private static async Task<string> DrainAsync(Stream stream)
    {
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return Encoding.UTF8.GetString(copy.ToArray());
    }

    private static XDocument Document() => new(new XElement("text", Text));

    private static string Verify(byte[] digest) =>
        digest.AsSpan().SequenceEqual(SHA256.HashData(Bytes())) ? Text : "other bytes";

    private static Aes Cipher()
    {
        var aes = Aes.Create();
        aes.Key = new byte[32];
        aes.IV = new byte[16];
        return aes;
    }

    private static void WithFolder(Action<string> write)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bleepstore-zip-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "text"), Text);
            write(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task WithFolderAsync(Func<string, Task> write)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bleepstore-zip-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "text"), Text);
            await write(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string FromFolder(Action<string> read)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bleepstore-zip-");
        try
        {
            read(folder.FullName);
            return File.ReadAllText(Path.Combine(folder.FullName, "text"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> FromFolderAsync(Func<string, Task> read)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bleepstore-zip-");
        try
        {
            await read(folder.FullName);
            return await File.ReadAllTextAsync(Path.Combine(folder.FullName, "text"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
