using Microsoft.Extensions.Hosting;

namespace BleepStore.Storage.Registration;

/// <summary>
/// Checks stores and creates buckets when the host starts, before any other hosted service starts. The first failure stops the host.
/// </summary>
internal sealed class StartedStores(IServiceProvider services, IEnumerable<ObjectStoreRegistration> registrations) : IHostedLifecycleService
{
    private static readonly CreateBucketOptions IfNotThere = new() { IfNotExists = true };

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (ObjectStoreRegistration registration in registrations)
        {
            if (registration.CheckOnStart is { } check)
            {
                await registration.Resolve(services).CheckAsync(check, cancellationToken).ConfigureAwait(false);
            }

            foreach (string bucket in registration.BucketsToCreate)
            {
                await registration.Resolve(services).CreateBucketAsync(bucket, IfNotThere, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
