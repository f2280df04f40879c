using BleepStore.Storage.Azure;

namespace BleepStore.Samples.AzureBlocks;

/// <summary>An account, and how to get in.</summary>
/// <param name="name">The name that may be shown.</param>
/// <param name="configure">Says it to the library.</param>
internal sealed class Account(string name, Action<AzureBackendOptions> configure)
{
    public const string ConnectionStringVariable = "AZURE_STORAGE_CONNECTION_STRING";

    public const string NameVariable = "AZURE_STORAGE_ACCOUNT";

    /// <returns><see langword="null"/> when nobody named an account.</returns>
    public static Account? Find(Uri? url)
    {
        if (url is not null)
        {
            // No credential is set, so DefaultAzureCredential tries the environment, a managed identity, the Azure command line and more.
            return new Account(url.GetLeftPart(UriPartial.Path), options => options.AccountUrl = url);
        }

        if (Environment.GetEnvironmentVariable(ConnectionStringVariable) is { Length: > 0 } connectionString)
        {
            return new Account($"what {ConnectionStringVariable} names", options => options.ConnectionString = connectionString);
        }

        return Environment.GetEnvironmentVariable(NameVariable) is { Length: > 0 } account
            ? new Account($"the account {account}", options => options.AccountName = account)
            : null;
    }

    public void Configure(AzureBackendOptions options) => configure(options);

    public override string ToString() => name;
}
