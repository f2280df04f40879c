using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>
/// One Ceph with its S3 gateway for the assembly, on free ports of this machine; started at the first use, and gone when this process is.
/// Where the environment names a server, that one.
/// </summary>
internal sealed class Radosgw
{
    private static readonly Lazy<Task<Radosgw>> Started = new(StartAsync);

    private static int _users;

    private readonly string? _folder;

    private Radosgw(string? folder, S3Account account)
    {
        _folder = folder;
        Account = account;
    }

    /// <summary>The readable name of the server.</summary>
    public static string Name => GivenServer.IsSet ? "the server that the environment names" : "Ceph";

    /// <summary>The account that fixtures share which have a bucket each.</summary>
    public S3Account Account { get; }

    /// <summary>That account, for a process that was told where the server is.</summary>
    public static S3Account AccountAt(Uri url) => new(url, "testkey", "testsecret", AwsCompatibility.S3Compatible);

    /// <returns>Why there is no server, or nothing when there can be one.</returns>
    public static string? FindObstacle()
    {
        string[] missing = [.. new[] { "ceph", "ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "curl" }.Where(
            static program => !Tools.IsOnPath(program))];
        return missing.Length == 0
            ? null
            : $"There is no {string.Join(", ", missing)} on the PATH, so there is no Ceph to test against. Install the packages " +
                "ceph-mon, ceph-osd, radosgw and curl.";
    }

    /// <summary>The server, or a skip that says why there is none; in CI a failure.</summary>
    public static async Task<Radosgw> RequireAsync()
    {
        if (GivenServer.IsSet)
        {
            return new Radosgw(folder: null, GivenServer.Account);
        }

        if (FindObstacle() is { } obstacle)
        {
            Missing.EndTest(obstacle, Missing.IsCI);
        }

        return await Started.Value;
    }

    /// <summary>An account whose buckets are its own.</summary>
    public async Task<S3Account> CreateAccountAsync()
    {
        if (_folder is null)
        {
            Missing.EndTest(
                "The test needs accounts of its own, which it cannot make on the server that the environment names.", isRequired: false);
        }

        string name = $"user{Interlocked.Increment(ref _users)}";
        await Tools.RunAsync(
            "radosgw-admin",
            ["-c",
            Path.Combine(_folder!, "ceph.conf"),
            "user",
            "create",
            $"--uid={name}",
            $"--display-name={name}",
            $"--access-key={name}",
            $"--secret-key=secret-{name}",
            "--max-buckets=0"]);
        return Account with { AccessKey = name, SecretKey = $"secret-{name}" };
    }

    private static async Task<Radosgw> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("bleepstore-ceph-").FullName;
        int[] ports = FreePorts.Take(3);
        await Tools.RunAsync(
            "bash",
            [Path.Combine(Tools.Emulators, "radosgw.sh"), folder, $"{Environment.ProcessId}", .. ports.Select(static port => $"{port}")]);
        return new Radosgw(folder, AccountAt(new Uri($"http://127.0.0.1:{ports[0]}")));
    }
}
