using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Buckets;

public sealed class ChecksOnAzuriteTests
{
    [Test]
    public async Task A_missing_container_is_named_and_created_only_when_asked()
    {
        AzuriteAccount account = await AzuriteAccount.TakeAsync();
        await using ObjectStore refusing = AzureStore.Create(
            new AzureBackendOptions { ConnectionString = account.ConnectionString, Container = "missing" });
        await using ObjectStore creating = AzureStore.Create(
            new AzureBackendOptions { ConnectionString = account.ConnectionString, Container = "missing", CreateContainer = true });

        StorageException check = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchBucket, () => refusing.CheckAsync());
        StorageException create = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchBucket, () => refusing.CreateBucketAsync("bucket"));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchBucket, () => refusing.GetBucket("bucket").PutAsync("key", new byte[1]));
        await creating.CreateBucketAsync("bucket");
        await refusing.CheckAsync(new CheckOptions { ProbeWrite = true });

        Assert.That(check.Message, Does.Contain("'missing'"));
        Assert.That(create.Message, Does.Contain("'missing'"));
    }

    [Test]
    public async Task A_server_that_is_not_there_is_ServiceUnavailable_with_the_cause_inside()
    {
        await using ObjectStore store = AzureStore.Create(new AzureBackendOptions
        {
            AccountUrl = new Uri("http://127.0.0.1:1/account"),
            SasToken = "sig=x",
            Container = "store",
            ConfigureClient = static client => client.Retry.MaxRetries = 0,
        });

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => store.CheckAsync());

        Assert.That(error.InnerException, Is.Not.Null);
        Assert.That(error.IsOutcomeUnknown, Is.False);
    }

    [Test]
    public async Task A_wrong_key_is_refused()
    {
        AzuriteAccount account = await AzuriteAccount.TakeAsync();
        string wrong = account.ConnectionString.Replace(Azurite.Key, Convert.ToBase64String(new byte[64]), StringComparison.Ordinal);
        await using ObjectStore store = AzureStore.Create(new AzureBackendOptions { ConnectionString = wrong, Container = "store" });

        // The service says AuthenticationFailed, the emulator AuthorizationFailure.
        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => store.GetBucket("bucket").HeadAsync("key"));
    }
}
