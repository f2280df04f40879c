using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Samples.Tests;

/// <summary>A multipart upload to an emulator of the sample's own, interrupted and gone on with.</summary>
public sealed class AzureBlocksTests
{
    private const string Sample = "BleepStore.Samples.AzureBlocks";
    private const string ConnectionString = "AZURE_STORAGE_CONNECTION_STRING";
    private const string SignalsNeedUnix = "Signals are Unix's.";
    private const int PartSize = 8 * 1024 * 1024;
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private DirectoryInfo _folder = null!;
    private DirectoryInfo _temporary = null!;
    private DirectoryInfo _state = null!;
    private string? _emulator;

    [SetUp]
    public async Task SetUp()
    {
        await Emulators.RequireNodeAsync();
        await Emulators.InstallAsync();
        _folder = Directory.CreateTempSubdirectory("bleepstore-samples-tests-");
        _temporary = _folder.CreateSubdirectory("tmp");
        _state = _folder.CreateSubdirectory("state");
    }

    [TearDown]
    public void TearDown() => _folder?.Delete(recursive: true);

    [Test]
    [CancelAfter(120_000)]
    public async Task It_shows_every_step_finds_the_ETag_right_and_leaves_nothing_behind(CancellationToken cancellationToken)
    {
        SampleProcess sample = await RunAsync([], cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(sample.Error, Is.Empty);
            Assert.That(sample.ExitCode, Is.Zero);
            Assert.That(sample.Output, Does.Match(@"Begin: generated\.txt, 41,943,040 bytes, as the upload \S+\."));
            Assert.That(Count(sample, "sent, ETag"), Is.EqualTo(5));
            Assert.That(sample.Output, Does.Contain("0 committed blocks, 5 uncommitted.").And.Contain("Readers see nothing yet."));
            Assert.That(sample.Output, Does.Contain("5 committed blocks, 0 uncommitted."));
            Assert.That(sample.Output, Does.Match(@"ETag of the object ([0-9a-f]{32}-5)\n   ETag of the file   \1\n   Right\."));
            Assert.That(_temporary.EnumerateFileSystemInfos(), Is.Empty);
        });
        await AssertEndedAsync(cancellationToken);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_file_of_ones_own_is_kept_where_that_is_wanted_and_begun_anew_over_what_is_there(CancellationToken cancellationToken)
    {
        string file = Write("odd #1 ü.bin", PartSize + 1);

        SampleProcess first = await RunAsync([file, "--state", _state.FullName, "--keep"], cancellationToken);
        SampleProcess second = await RunAsync([file, "--state", _state.FullName], cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That((first.ExitCode, second.ExitCode), Is.EqualTo((0, 0)), first.Error + second.Error);
            Assert.That(first.Output, Does.Contain("part 2: 1 bytes, sent").And.Contain("Readers see nothing yet."));
            Assert.That(
                second.Output, Does.Contain("Begin: odd #1 ü.bin").And.Contain("Readers still see the object that was there before."));
            Assert.That(_state.EnumerateFileSystemInfos(), Is.Empty);
            Assert.That(File.Exists(file), Is.True, "the file itself");
        });
    }

    [TestCase(Interrupt)]
    [TestCase(Terminate)]
    [Platform(Exclude = "Win", Reason = SignalsNeedUnix)]
    [CancelAfter(120_000)]
    public async Task It_goes_on_from_the_parts_that_are_there_when_it_was_interrupted(int signal, CancellationToken cancellationToken)
    {
        string[] arguments = [Write("file.bin", 5 * PartSize), "--state", _state.FullName];

        // The pause is a minute after each part, because otherwise parts could be sent after the signal.
        SampleProcess interrupted = await InterruptAsync([.. arguments, "--pause", "60000"], afterParts: 2, signal, cancellationToken);
        await AssertEndedAsync(cancellationToken);
        SampleProcess resumed = await RunAsync(arguments, cancellationToken);

        string[] sent = [.. Parts(interrupted, "sent")];
        Assert.Multiple(() =>
        {
            Assert.That(interrupted.ExitCode, Is.EqualTo(130));
            Assert.That(interrupted.Error, Does.StartWith("Interrupted.").And.Contain("Run the same command again"));
            Assert.That(sent, Has.Length.EqualTo(2));
            Assert.That(resumed.ExitCode, Is.Zero, resumed.Error);
            Assert.That(resumed.Output, Does.Contain("Resume: the upload ").And.Not.Contain("Begin:"));
            Assert.That(Parts(resumed, "is there already"), Is.EquivalentTo(sent), "not sent again");
            Assert.That(Parts(resumed, "sent"), Has.Exactly(3).Items);
            Assert.That(resumed.Output, Does.Contain("   Right."));
            Assert.That(_state.EnumerateFileSystemInfos(), Is.Empty);
        });
    }

    [Test]
    [Platform(Exclude = "Win", Reason = SignalsNeedUnix)]
    [CancelAfter(120_000)]
    public async Task Parts_of_a_file_that_was_changed_since_are_sent_again(CancellationToken cancellationToken)
    {
        string file = Write("file.bin", 2 * PartSize);
        string[] arguments = [file, "--state", _state.FullName];
        await InterruptAsync([.. arguments, "--pause", "60000"], afterParts: 2, Interrupt, cancellationToken);
        byte[] bytes = await File.ReadAllBytesAsync(file, cancellationToken);
        bytes[0]++;
        await File.WriteAllBytesAsync(file, bytes, cancellationToken);

        SampleProcess resumed = await RunAsync(arguments, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(resumed.ExitCode, Is.Zero, resumed.Error);
            Assert.That(Parts(resumed, "sent"), Is.EqualTo(new[] { "1" }));
            Assert.That(Parts(resumed, "is there already"), Is.EqualTo(new[] { "2" }));
            Assert.That(resumed.Output, Does.Contain("   Right."));
        });
    }

    [Test]
    [Platform(Exclude = "Win", Reason = SignalsNeedUnix)]
    [CancelAfter(120_000)]
    public async Task It_begins_anew_when_that_is_wanted(CancellationToken cancellationToken)
    {
        string[] arguments = [Write("file.bin", 2 * PartSize), "--state", _state.FullName];
        await InterruptAsync([.. arguments, "--pause", "60000"], afterParts: 1, Interrupt, cancellationToken);

        SampleProcess restarted = await RunAsync([.. arguments, "--restart"], cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(restarted.ExitCode, Is.Zero, restarted.Error);
            Assert.That(restarted.Output, Does.Contain("Begin:"));
            Assert.That(Parts(restarted, "sent"), Has.Exactly(2).Items);
        });
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task It_says_so_when_there_is_no_server(CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        string nobody =
            $"DefaultEndpointsProtocol=http;AccountName=account;AccountKey={Convert.ToBase64String(new byte[64])};BlobEndpoint=http://127.0.0.1:{port}/account;";

        SampleProcess sample = await RunAsync(
            [], cancellationToken, environment: new Dictionary<string, string?> { [ConnectionString] = nobody });

        Assert.Multiple(() =>
        {
            Assert.That(sample.ExitCode, Is.EqualTo(1));
            Assert.That(sample.Output, Does.Contain($"what {ConnectionString} names"));
            Assert.That(sample.Error, Does.Contain("Azure could not be reached").And.Not.Contain("   at ").And.Not.Contain("AccountKey"));
        });
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task It_says_so_when_the_emulator_does_not_start(CancellationToken cancellationToken)
    {
        string broken = Path.Combine(_folder.FullName, "main.js");
        await File.WriteAllTextAsync(broken, "console.error('no emulator at all'); process.exit(3);", cancellationToken);

        SampleProcess sample = await RunAsync(["--azurite", broken], cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(sample.ExitCode, Is.EqualTo(1));
            Assert.That(sample.Error.Trim(), Is.EqualTo("The emulator ended at once: no emulator at all"));
        });
    }

    [TestCase("no-such-file", "File does not exist: 'no-such-file'.")]
    [TestCase("--azurite=no-such-file", "File does not exist: 'no-such-file'.")]
    [TestCase("--account=media", "'media' is not an address.")]
    [TestCase("--pause=-1", "give 0 to 60000 milliseconds")]
    [TestCase("--pause=soon", "give 0 to 60000 milliseconds")]
    [TestCase("--unknown", "'--unknown'")]
    [CancelAfter(60_000)]
    public async Task It_explains_a_bad_argument(string argument, string explanation, CancellationToken cancellationToken)
    {
        SampleProcess sample = await RunAsync([argument], cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(sample.ExitCode, Is.EqualTo(1));
            Assert.That(sample.Error, Does.Contain(explanation));
            Assert.That(sample.Output, Does.Not.Contain("The store is"));
        });
    }

    private static int Count(SampleProcess sample, string what) => Parts(sample, what).Count();

    /// <summary>The numbers of the parts of which this is said.</summary>
    private static IEnumerable<string> Parts(SampleProcess sample, string what) => sample.Output.Split('\n')
        .Where(line => line.StartsWith("   part ", StringComparison.Ordinal) && line.Contains($"bytes, {what}", StringComparison.Ordinal))
        .Select(static line => line.Split(' ', ':')[4]);

    private string Write(string name, int size)
    {
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(file, RandomNumberGenerator.GetBytes(size));
        return file;
    }

    private async Task<SampleProcess> InterruptAsync(
        IEnumerable<string> arguments, int afterParts, int signal, CancellationToken cancellationToken)
    {
        int parts = 0;
        return await RunAsync(arguments, cancellationToken, (line, process) =>
        {
            if (line.Contains("sent, ETag", StringComparison.Ordinal) && ++parts == afterParts)
            {
                Assert.That(SendSignal(process.Id, signal), Is.Zero);
            }
        });
    }

    private Task<SampleProcess> RunAsync(
        IEnumerable<string> arguments,
        CancellationToken cancellationToken,
        Action<string, Process>? onLine = null,
        IReadOnlyDictionary<string, string?>? environment = null) =>
        SampleProcess.RunAsync(
            Sample,
            arguments,
            _temporary.FullName,
            cancellationToken,
            (line, process) =>
            {
                if (line.StartsWith("The store is an emulator at ", StringComparison.Ordinal))
                {
                    _emulator = line.Split(' ', ',')[6];
                }

                onLine?.Invoke(line, process);
            },
            environment ?? new Dictionary<string, string?> { [ConnectionString] = null, ["AZURE_STORAGE_ACCOUNT"] = null });

    /// <summary>Nobody listens any more where the sample's emulator was.</summary>
    private async Task AssertEndedAsync(CancellationToken cancellationToken)
    {
        Assert.That(_emulator, Is.Not.Null);
        var address = new Uri(_emulator!);
        using var client = new TcpClient();
        await Assert.ThatAsync(
            () => client.ConnectAsync(address.Host, address.Port, cancellationToken).AsTask(), Throws.InstanceOf<SocketException>());
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
