using BleepStore.Storage.Backends;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BleepStore.Storage.Tests.Registration;

public class BucketRegistrationTests
{
    [Test]
    public async Task A_bucket_is_injected_by_its_name()
    {
        await using ServiceProvider provider = Build(static services => services.AddBleepStore().UseInMemory().AddBucket("photos"));

        Bucket bucket = provider.GetRequiredKeyedService<Bucket>("photos");

        Assert.That(bucket.Name, Is.EqualTo("photos"));
        Assert.That(provider.GetRequiredKeyedService<Bucket>("photos"), Is.SameAs(bucket));
    }

    [Test]
    public async Task A_bucket_of_a_named_store_is_injected_by_a_key_of_its_own()
    {
        await using ServiceProvider provider = Build(static services =>
        {
            services.AddBleepStore().UseInMemory().AddBucket("photos");
            services.AddBleepStore("media").UseInMemory().AddBucket("photos", "media-photos");
        });
        await provider.GetRequiredKeyedService<ObjectStore>("media").CreateBucketAsync("photos");

        await provider.GetRequiredKeyedService<Bucket>("media-photos").PutAsync("k", new byte[1]);

        await Catch.CodeAsync(StorageErrorCode.NoSuchBucket, () => provider.GetRequiredKeyedService<Bucket>("photos").HeadAsync("k"));
    }

    [Test]
    public void A_service_key_that_is_taken_is_refused_also_by_another_store()
    {
        var services = new ServiceCollection();
        ObjectStoreBuilder builder = services.AddBleepStore().UseInMemory().AddBucket("photos");
        Assert.That(() => builder.AddBucket("photos"), Throws.InvalidOperationException.With.Message.Contains("photos"));
        Assert.That(() => services.AddBleepStore("media").AddBucket("other", "photos"), Throws.InvalidOperationException);
        Assert.That(() => builder.AddBucket("photos", "again"), Throws.Nothing);
    }

    [Test]
    public void A_name_that_no_bucket_can_have_is_refused_where_it_is_registered()
    {
        ObjectStoreBuilder builder = new ServiceCollection().AddBleepStore();
        Assert.That(() => builder.AddBucket("Photos!"), Throws.TypeOf<StorageException>());
        Assert.That(() => builder.CreateBuckets("photos", "No"), Throws.TypeOf<StorageException>());
        Assert.That(() => builder.AddBucket(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task Buckets_are_created_before_other_services_start()
    {
        using IHost host = BuildHost(static services =>
        {
            services.AddHostedService<NeedsPhotos>();
            services.AddBleepStore().UseInMemory().CreateBuckets("photos", "videos").CreateBuckets("photos").AddBucket("photos");
        });

        await host.StartAsync();

        ObjectStore store = host.Services.GetRequiredService<ObjectStore>();
        Assert.That(
            await store.ListBucketsAsync().Select(static bucket => bucket.Name).ToListAsync(), Is.EqualTo(new[] { "photos", "videos" }));
        Assert.That((await store.GetBucket("photos").HeadAsync("started")).Size, Is.EqualTo(1));
        await host.StopAsync();
    }

    [Test]
    public async Task A_store_that_must_not_create_buckets_starts_when_they_are_there([Values] bool isThere)
    {
        var backend = new ScriptedBackend();
        string name = isThere ? Stores.Bucket : "photos";
        using IHost host = BuildHost(
            services => services.AddBleepStore().WithReadOnly().CreateBuckets(name).UseBackend<CheckedOptions>((_, _) => backend));

        if (isThere)
        {
            await host.StartAsync();
            await host.StopAsync();
        }
        else
        {
            StorageException refused = await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => host.StartAsync());
            Assert.That(refused.Bucket, Is.EqualTo(name));
        }
    }

    [Test]
    public async Task A_bucket_that_is_there_keeps_its_objects()
    {
        var backend = new ScriptedBackend();
        ObjectProperties old = await Stores.Over(backend).PutAsync("k", new byte[1]);
        using IHost host = BuildHost(
            services => services.AddBleepStore().CreateBuckets(Stores.Bucket).UseBackend<CheckedOptions>((_, _) => backend));

        await host.StartAsync();

        ObjectStore store = host.Services.GetRequiredService<ObjectStore>();
        Assert.That((await store.GetBucket(Stores.Bucket).HeadAsync("k")).Revision, Is.EqualTo(old.Revision));
        await host.StopAsync();
    }

    [Test]
    public async Task A_store_that_fails_its_check_stops_the_host_and_creates_nothing()
    {
        var backend = new FailingCheck();
        using IHost host = BuildHost(services =>
        {
            ObjectStoreBuilder builder = services.AddBleepStore("media").CheckOnStart().CreateBuckets("photos");
            builder.UseBackend<CheckedOptions>((_, _) => backend);
        });

        StorageException error = await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => host.StartAsync());

        Assert.That((error.Store, error.Operation), Is.EqualTo(("media", "Check")));
        Assert.That(backend.Created, Is.Zero);
    }

    [Test]
    public async Task The_check_can_probe_a_write([Values] bool probe)
    {
        var backend = new FailingCheck { Fails = false };
        using IHost host = BuildHost(services =>
            services.AddBleepStore().CheckOnStart(new CheckOptions { ProbeWrite = probe }).UseBackend<CheckedOptions>((_, _) => backend));

        await host.StartAsync();

        Assert.That(backend.Probes, Is.EqualTo(new[] { probe }));
        await host.StopAsync();
    }

    [Test]
    public async Task Without_a_host_nothing_is_created()
    {
        await using ServiceProvider provider = Build(static services => services.AddBleepStore().UseInMemory().CreateBuckets("photos"));
        Assert.That(await provider.GetRequiredService<ObjectStore>().BucketExistsAsync("photos"), Is.False);
    }

    private static ServiceProvider Build(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        return services.BuildServiceProvider();
    }

    private static IHost BuildHost(Action<IServiceCollection> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        configure(builder.Services);
        return builder.Build();
    }

    private sealed class CheckedOptions;

    private sealed class FailingCheck() : DelegatingBackend(new InMemoryBackend(new InMemoryBackendOptions(), null))
    {
        public bool Fails { get; init; } = true;

        public int Created { get; private set; }

        public List<bool> Probes { get; } = [];

        public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
        {
            Probes.Add(request.ProbeWrite);
            return Fails ? throw new StorageException(StorageErrorCode.AccessDenied, "The key is not allowed.") : Task.CompletedTask;
        }

        public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken)
        {
            Created++;
            return base.CreateBucketAsync(request, cancellationToken);
        }
    }

    private sealed class NeedsPhotos([FromKeyedServices("photos")] Bucket bucket) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            bucket.PutAsync("started", new byte[1], cancellationToken: cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
