namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>One Ceph with its S3 gateway for the assembly, on free ports of this machine; started at the first use, and gone when this process is.</summary>
internal sealed class Radosgw
{
    private static readonly Lazy<Task<Radosgw>> Started = new(StartAsync);

    private static int _users;

    private readonly string _folder;
    private readonly Uri _url;

    private Radosgw(string folder, Uri url)
    {
        _folder = folder;
        _url = url;
    }

    /// <summary>The account that fixtures share which have a bucket each.</summary>
    public S3Account Account => new(_url, "testkey", "testsecret", AwsCompatibility.S3Compatible);

    /// <summary>The server, or a skip that says why there is none; in CI a failure.</summary>
    public static async Task<Radosgw> RequireAsync()
    {
        string[] missing = [.. new[] { "ceph", "ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "curl" }.Where(static program => !Tools.IsOnPath(program))];
        if (missing.Length > 0)
        {
            await Tools.MissingAsync($"There is no {string.Join(", ", missing)} on the PATH, so there is no Ceph to test against. Install the packages ceph-mon, ceph-osd, radosgw and curl.", Tools.IsCI);
        }

        return await Started.Value;
    }

    /// <summary>An account whose buckets are its own.</summary>
    public async Task<S3Account> CreateAccountAsync()
    {
        string name = $"user{Interlocked.Increment(ref _users)}";
        await Tools.RunAsync(
            "radosgw-admin",
            ["-c", Path.Combine(_folder, "ceph.conf"), "user", "create", $"--uid={name}", $"--display-name={name}", $"--access-key={name}", $"--secret-key=secret-{name}", "--max-buckets=0"]);
        return Account with { AccessKey = name, SecretKey = $"secret-{name}" };
    }

    private static async Task<Radosgw> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("bleepstore-ceph-").FullName;
        int[] ports = FreePorts.Take(3);
        await Tools.RunAsync("bash", [Path.Combine(Tools.Emulators, "radosgw.sh"), folder, $"{Environment.ProcessId}", .. ports.Select(static port => $"{port}")]);
        return new Radosgw(folder, new Uri($"http://127.0.0.1:{ports[0]}"));
    }
}
