using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>
/// The assembly's Azurites, each started at its first use. Fixtures share several instances, because one instance uses one core and becomes
/// slower as it holds more.
/// </summary>
internal sealed class Azurite : IDisposable
{
    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>Accounts are what keeps fixtures apart whose buckets are containers.</summary>
    private const int Accounts = 300;

    private static readonly Lazy<Task<Azurite>>[] Started = [new(StartAsync), new(StartAsync)];

    private static uint _turn;

    private int _accountsUsed;

    private readonly AzuriteProcess _process;

    private Azurite(AzuriteProcess process) => _process = process;

    public int Port => _process.Port;

    /// <summary>The server, or a skip that says why there is none; in CI a failure.</summary>
    public static async Task<Azurite> RequireAsync()
    {
        await Emulators.RequireNodeAsync();
        return await Started[Interlocked.Increment(ref _turn) % Started.Length].Value;
    }

    public static async Task StopAsync()
    {
        foreach (Lazy<Task<Azurite>> started in Started.Where(static started => started.IsValueCreated))
        {
            (await started.Value).Dispose();
        }
    }

    /// <summary>An account that nobody else uses.</summary>
    public AzuriteAccount TakeAccount()
    {
        int number = Interlocked.Increment(ref _accountsUsed);
        return number <= Accounts
            ? new AzuriteAccount(Name(number), Port)
            : throw new InvalidOperationException("Raise the number of accounts.");
    }

    public void Dispose() => _process.Dispose();

    private static string Name(int number) => $"account{number:D3}";

    private static async Task<Azurite> StartAsync()
    {
        using var http = new HttpClient();
        return new Azurite(await AzuriteProcess.StartAsync(
            string.Join(';', Enumerable.Range(1, Accounts).Select(static number => $"{Name(number)}:{Key}")), http, "http"));
    }
}
