using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Tests.Shared.Network;

namespace BleepStore.Storage.Azure.Tests.Objects;

/// <summary>Connections of readers that are disposed before the end.</summary>
public class ConnectionTests
{
    private const int Readers = 60;

    [Test]
    public async Task Readers_that_are_disposed_early_leave_no_connection([Values] bool sync)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        await using var proxy = new CuttingProxy(emulated.Account.Url);
        Bucket bucket = emulated.Store.GetBucket("bucket");
        await bucket.PutAsync("object", new byte[8 * 1024 * 1024]);
        await using EmulatedStore behind = emulated.OpenAnother(options =>
        {
            options.ConnectionString = emulated.Account.ConnectionString.Replace(
                emulated.Account.Url.Authority, proxy.Address.Authority, StringComparison.Ordinal);
        });
        Bucket read = behind.Store.GetBucket("bucket");
        byte[] buffer = new byte[100];
        for (int reader = 0; reader < Readers; reader++)
        {
            ObjectReader opened = await read.GetAsync("object");
            if (sync)
            {
                opened.Content.ReadExactly(buffer);
                opened.Dispose();
            }
            else
            {
                await opened.Content.ReadExactlyAsync(buffer);
                await opened.DisposeAsync();
            }
        }

        // The proxy learns of a closed connection a moment later, so a few of the last ones may count still.
        Assert.That(proxy.OpenConnections, Is.LessThan(Readers / 4));
    }
}
