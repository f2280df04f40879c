using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators.Encryption;
using BleepStore.Storage.Tests.Documentation;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Decorators.Encryption;

/// <summary>The format is what its page says, by a reader that shares nothing with the library.</summary>
public class EncryptionFormatTests
{
    private static readonly string Reader = RepositoryFolder.Find(
        "tests/BleepStore.Storage.Tests/Decorators/Encryption/read-encrypted.mjs");

    [Test]
    public async Task Another_program_reads_what_was_written_in_one_piece([Values(0, 11, 65_536, 200_000)] int size)
    {
        ScriptedBackend upstream = Encrypted.Disk();
        byte[] plain = Bytes.Of(size);
        await Encrypted.Bucket(upstream).PutAsync("k", plain);

        (int code, byte[] read, string error) = await ReadAsync(await Encrypted.StoredAsync(upstream, "k"));

        Assert.That(code, Is.Zero, error);
        Assert.That(read, Is.EqualTo(plain));
    }

    [Test]
    public async Task Another_program_reads_what_was_written_in_parts([Values(0, 1, 70_000)] int rest)
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        byte[] plain = Bytes.Of((3 * Encrypted.PartSize) + rest);
        await Encrypted.Bucket(upstream).PutAsync("k", plain);

        (int code, byte[] read, string error) = await ReadAsync(await Encrypted.StoredAsync(upstream, "k"));

        Assert.That(code, Is.Zero, error);
        Assert.That(read, Is.EqualTo(plain));
    }

    [Test]
    public async Task Another_program_refuses_what_was_changed()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream).PutAsync("k", Bytes.Of(100));
        byte[] stored = await Encrypted.StoredAsync(upstream, "k");
        stored[^20] ^= 1;

        Assert.That((await ReadAsync(stored)).Code, Is.Not.Zero);
    }

    [TestCase("")]
    [TestCase("Hello, world")]
    public async Task The_test_vectors_of_the_page_are_what_the_library_writes(string text)
    {
        string[] vector = [.. RepositoryDocs.TableRows("docs/encryption-format.md")
            .Single(row => row[0] == $"`{text}`")
            .Select(static cell => cell.Trim('`'))];
        using var dataKey = new DataKey("test", Encrypted.Key);
        ObjectHeader header = ObjectHeader.Create(dataKey, layout: null, [.. Enumerable.Range(32, 32).Select(static at => (byte)at)]);
        using var key = new ObjectKey(dataKey, header);
        var cipher = new ChunkCipher(key, [.. Enumerable.Range(64, 16).Select(static at => (byte)at)]);
        byte[] plain = Encoding.ASCII.GetBytes(text);
        await using var sealing = new SealingStream(StorageBody.FromBytes(plain), header, cipher, SealedSpan.Whole, tags: null);
        var stored = new MemoryStream();

        await sealing.CopyToAsync(stored);

        byte[] bytes = stored.ToArray();
        TestContext.Out.WriteLine(Convert.ToHexStringLower(bytes[..96]));
        Assert.That(Convert.ToHexStringLower(bytes[768..]), Is.EqualTo(vector[1]));
        Assert.That(Convert.ToHexStringLower(bytes[..68]), Is.EqualTo("89424c50454e430a"
            + "01100000"
            + "04"
            + "000000"
            + new string('0', 32)
            + "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
            + "74657374"));
        Assert.That(bytes[68..768], Is.All.Zero);
        Assert.That(await Encrypted.ReadAsync(await PlantedAsync(bytes), "k"), Is.EqualTo(plain));
    }

    private static async Task<Bucket> PlantedAsync(byte[] stored)
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.PlantAsync(upstream, "k", stored);
        return Encrypted.Bucket(upstream);
    }

    private static async Task<(int Code, byte[] Plain, string Error)> ReadAsync(byte[] stored)
    {
        var start = new ProcessStartInfo("node", [Reader, Convert.ToHexString(Encrypted.Key)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Start(start);
        var plain = new MemoryStream();
        Task reading = process.StandardOutput.BaseStream.CopyToAsync(plain);
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.BaseStream.WriteAsync(stored);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync();
        return (process.ExitCode, plain.ToArray(), await error);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Missing.EndTest("The format of encrypted objects was not read by another program: there is no node on the PATH.", Missing.IsCI);
            throw;
        }
    }
}
