using BleepStore.Storage.Backends;
using BleepStore.Storage.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BleepStore.Storage.Extensions.Tests.HealthChecks;

public sealed class HealthCheckTests
{
    [Test]
    public async Task A_store_that_can_be_used_is_healthy_and_nothing_is_written()
    {
        var checks = new CheckedBackend();
        HealthReport report = await CheckAsync(checks, static builder => builder.AddBleepStore());

        Assert.That((report.Status, report.Entries.Keys.Single()), Is.EqualTo((HealthStatus.Healthy, "bleepstore")));
        Assert.That(checks.Probes, Is.EqualTo(new[] { false }));
    }

    [Test]
    public async Task A_failure_is_reported_with_its_code_and_whether_trying_again_can_help()
    {
        HealthReport report = await CheckAsync(
            new CheckedBackend { Failure = new StorageException(StorageErrorCode.ServiceUnavailable, "The upstream is down.") },
            static builder => builder.AddBleepStore());

        HealthReportEntry entry = report.Entries["bleepstore"];
        Assert.That(entry.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(entry.Description, Does.Contain("The upstream is down.").And.Contain("A retry can help"));
        Assert.That((entry.Data["code"], entry.Data["isTransient"]), Is.EqualTo(("ServiceUnavailable", true)));
        Assert.That(entry.Exception, Is.TypeOf<StorageException>());
    }

    [Test]
    public async Task Name_tags_and_status_are_the_applications_to_choose()
    {
        HealthReport report = await CheckAsync(
            new CheckedBackend { Failure = new StorageException(StorageErrorCode.AccessDenied, "No.") },
            static builder => builder.AddBleepStore(name: "files", failureStatus: HealthStatus.Degraded, tags: ["ready"]));

        Assert.That((report.Status, report.Entries["files"].Status), Is.EqualTo((HealthStatus.Degraded, HealthStatus.Degraded)));
        Assert.That(report.Entries["files"].Tags, Is.EqualTo(new[] { "ready" }));
    }

    [Test]
    public async Task A_write_is_probed_where_that_is_asked_for()
    {
        var checks = new CheckedBackend();
        await CheckAsync(checks, static builder => builder.AddBleepStore(check: new CheckOptions { ProbeWrite = true }));

        Assert.That(checks.Probes, Is.EqualTo(new[] { true }));
    }

    [Test]
    public async Task A_check_that_takes_too_long_is_unhealthy()
    {
        HealthReport report = await CheckAsync(
            new CheckedBackend { Hangs = true }, static builder => builder.AddBleepStore(timeout: TimeSpan.FromSeconds(1)));

        HealthReportEntry entry = report.Entries["bleepstore"];
        Assert.That(entry.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(entry.Description, Does.Contain("timeout of the check (00:00:01)").And.Contain("UpstreamRetries"));
        Assert.That((entry.Data["code"], entry.Data["isTransient"]), Is.EqualTo(("RequestTimeout", true)));
    }

    [Test]
    public async Task A_check_that_the_caller_gives_up_is_cancelled()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddBleepStore().UseBackend<CheckedBackend.Options>(static (_, _) => new CheckedBackend { Hangs = true });
        services.AddHealthChecks().AddBleepStore();
        await using ServiceProvider provider = services.BuildServiceProvider();
        using var cancellation = new CancellationTokenSource();
        Task<HealthReport> running = provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => running);
    }

    [Test]
    public async Task A_named_store_is_checked_by_its_name_and_one_that_is_not_there_is_unhealthy()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddBleepStore("media").UseInMemory();
        services.AddBleepStore("broken").UseInMemory(static options => options.Capacity = -1);
        services.AddHealthChecks().AddBleepStore("media").AddBleepStore("broken").AddBleepStore("missing");
        await using ServiceProvider provider = services.BuildServiceProvider();

        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.That(
            report.Entries.Select(static entry => (entry.Key, entry.Value.Status)),
            Is.EquivalentTo(new[]
            {
                ("bleepstore-media", HealthStatus.Healthy),
                ("bleepstore-broken", HealthStatus.Unhealthy),
                ("bleepstore-missing", HealthStatus.Unhealthy),
            }));
        Assert.That(report.Entries["bleepstore-broken"].Description, Does.Contain("Capacity"));
    }

    private static async Task<HealthReport> CheckAsync(StorageBackend backend, Action<IHealthChecksBuilder> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddBleepStore().UseBackend<CheckedBackend.Options>((_, _) => backend);
        add(services.AddHealthChecks());
        await using ServiceProvider provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
    }

    /// <summary>A backend whose check does what a test wants.</summary>
    private sealed class CheckedBackend() : DelegatingBackend(InMemoryStore.Create().GetService<StorageBackend>()!)
    {
        public StorageException? Failure { get; init; }

        public bool Hangs { get; init; }

        public List<bool> Probes { get; } = [];

        public override async Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
        {
            Probes.Add(request.ProbeWrite);
            if (Hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            if (Failure is not null)
            {
                throw Failure;
            }
        }

        public sealed class Options;
    }
}
