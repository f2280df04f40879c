using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Tests.Registration;

public class DecorateTests
{
    private readonly ServiceCollection _services = new();
    private readonly List<string> _heard = [];

    [Test]
    public async Task The_first_decorator_added_is_the_outermost()
    {
        _services.AddBleepStore("media")
            .Decorate((_, inner) => new Hearing(inner, "first", _heard))
            .UseInMemory()
            .Decorate((_, inner) => new Hearing(inner, "second", _heard));
        await using ServiceProvider provider = _services.BuildServiceProvider();
        ObjectStore store = provider.GetRequiredKeyedService<ObjectStore>("media");

        await store.CreateBucketAsync("bucket");

        Assert.That(_heard, Is.EqualTo(new[] { "first", "second" }));
    }

    [Test]
    public async Task The_store_keeps_its_name_and_options_and_the_decorator_gets_services()
    {
        _services.AddSingleton(_heard);
        _services.AddBleepStore("media")
            .Configure(static options => options.PartSize = 6 * 1024 * 1024)
            .UseInMemory()
            .Decorate(static (services, inner) => new Hearing(inner, "one", services.GetRequiredService<List<string>>()));
        await using ServiceProvider provider = _services.BuildServiceProvider();
        ObjectStore store = provider.GetRequiredKeyedService<ObjectStore>("media");

        StorageException error = await Catch.CodeAsync(StorageErrorCode.NoSuchBucket, () => store.GetBucket("missing").HeadAsync("k"));
        Assert.That((store.Name, error.Store, error.Provider), Is.EqualTo(("media", "media", "memory")));
        ObjectProperties put = await (await store.CreateBucketAsync("bucket")).PutAsync("k", new MemoryStream(new byte[13 * 1024 * 1024]));
        Assert.That(put.ETag, Does.EndWith("-3"), "parts of 6 MiB");
        Assert.That(_heard, Is.EqualTo(new[] { "one" }));
        Assert.That(store.GetService<Hearing>(), Is.Not.Null);
    }

    [Test]
    public async Task A_store_that_is_disposed_disposes_the_decorator_and_the_backend()
    {
        _services.AddBleepStore().UseInMemory().Decorate((_, inner) => new Hearing(new Hearing(inner, "inner", _heard), "outer", _heard));
        ServiceProvider provider = _services.BuildServiceProvider();
        provider.GetRequiredService<ObjectStore>();

        await provider.DisposeAsync();

        Assert.That(
            _heard, Is.EqualTo(new[] { "outer disposed", "inner disposed" }).Or.EqualTo(new[] { "inner disposed", "outer disposed" }));
    }

    [Test]
    public async Task A_decorator_that_fails_disposes_what_is_beneath()
    {
        _services.AddBleepStore()
            .UseInMemory()
            .Decorate(static (_, _) => throw new InvalidOperationException("No."))
            .Decorate((_, inner) => new Hearing(inner, "inner", _heard));
        await using ServiceProvider provider = _services.BuildServiceProvider();

        Assert.That(() => provider.GetRequiredService<ObjectStore>(), Throws.InvalidOperationException.With.Message.EqualTo("No."));
        Assert.That(_heard, Is.EqualTo(new[] { "inner disposed" }));
    }

    [Test]
    public async Task A_decorator_that_returns_null_is_refused()
    {
        _services.AddBleepStore("media").UseInMemory().Decorate(static (_, _) => null!);
        await using ServiceProvider provider = _services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredKeyedService<ObjectStore>("media"),
            Throws.InvalidOperationException.With.Message.Contains("The store 'media' has a decorator that returned null."));
    }

    private sealed class Hearing(StorageBackend inner, string name, List<string> heard) : DelegatingBackend(inner)
    {
        private bool _isDisposed;

        public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken)
        {
            heard.Add(name);
            return base.CreateBucketAsync(request, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                heard.Add($"{name} disposed");
            }

            base.Dispose(disposing);
        }
    }
}
