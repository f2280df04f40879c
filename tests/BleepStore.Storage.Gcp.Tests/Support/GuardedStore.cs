using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer;
using BleepStore.Storage.Gcp.TestServer.Tokens;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>A server that lets in nobody without a token, the one that gives tokens out, an account, and stores.</summary>
internal sealed class GuardedStore : IAsyncDisposable
{
    public const string Container = "container";

    private const string AdminToken = "token-of-the-test-itself";

    private readonly List<ObjectStore> _opened = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bleepstore-gcp-");

    private GuardedStore(GcsServer server, TokenServer tokens)
    {
        Server = server;
        Tokens = tokens;
        tokens.Add(Account);
    }

    public GcsServer Server { get; }

    public TokenServer Tokens { get; }

    public ServiceAccount Account { get; } = new();

    /// <summary>All that the stores have logged.</summary>
    public LogLines Log { get; } = new();

    /// <summary>The credentials file of <see cref="Account"/>, as JSON.</summary>
    public JsonObject AccountJson => Account.ToJson(Tokens.TokenUri);

    /// <summary>The tokens that the storage server has seen, in order.</summary>
    public IReadOnlyList<string?> Seen =>
    [
        .. Server.Requests.Records.Select(static record => record.Headers.GetValueOrDefault("Authorization")),
    ];

    public static async Task<GuardedStore> StartAsync()
    {
        TokenServer tokens = await TokenServer.StartAsync();
        GcsServer server = await GcsServer.StartAsync(new GcsServerOptions { AccessToken = AdminToken, AcceptsToken = tokens.Accepts });
        await ServerClient.CreateBucketAsync(server, Container, AdminToken);
        server.Requests.Clear();
        return new GuardedStore(server, tokens);
    }

    /// <summary>Writes a credentials file.</summary>
    public string Write(string content)
    {
        string path = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, content);
        return path;
    }

    public Bucket Open(Action<GcpBackendOptions> configure)
    {
        var options = new GcpBackendOptions { Bucket = Container, ServiceUrl = Server.BaseUri };
        configure(options);
        ObjectStore store = GcpStore.Create(
            options,
            new ObjectStoreOptions { PartSize = 5 * 1024 * 1024, MinimumPartSize = 1 },
            LoggerFactory.Create(log => log.SetMinimumLevel(LogLevel.Trace).AddProvider(Log)));
        _opened.Add(store);
        return store.GetBucket("bucket");
    }

    public Bucket OpenWithFile(JsonObject file) => Open(o => o.CredentialsFile = Write(file.ToJsonString()));

    public async ValueTask DisposeAsync()
    {
        foreach (ObjectStore store in _opened)
        {
            await store.DisposeAsync();
        }

        await Server.DisposeAsync();
        await Tokens.DisposeAsync();
        Account.Dispose();
        Log.Dispose();
        _folder.Delete(recursive: true);
    }
}
