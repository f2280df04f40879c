using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Local.Tests;

public sealed class RegistrationTests : ProviderRegistrationTests<LocalBackendOptions>
{
    protected override string[] Mistake => [nameof(LocalBackendOptions.RootPath)];

    protected override (string Misspelt, string Meant) Slip => ("RotPath", nameof(LocalBackendOptions.RootPath));

    protected override string Switch => nameof(LocalBackendOptions.CreateRoot);

    protected override ObjectStoreBuilder Use(ObjectStoreBuilder builder, Action<LocalBackendOptions> configure) =>
        builder.UseLocal(configure);

    protected override ObjectStoreBuilder Use(ObjectStoreBuilder builder, IConfiguration configuration) => builder.UseLocal(configuration);

    protected override ObjectStore Create(LocalBackendOptions options) => LocalStore.Create(options);

    protected override void MakeMistake(LocalBackendOptions options) => options.RootPath = "";

    [Test]
    public async Task A_relative_root_is_relative_to_the_content_root_of_the_host()
    {
        using var folder = new TemporaryFolder();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = folder.PathOf("") });
        builder.Services.AddBleepStore().UseLocal(Path.Combine("a", "data")).CreateBuckets("bucket");
        using IHost host = builder.Build();

        await host.StartAsync();

        Assert.That(Directory.Exists(folder.PathOf("a/data/bucket")), Is.True);
        await host.StopAsync();
    }

    [TestCase("file")]
    [TestCase("file/below/it")]
    public async Task A_root_that_is_a_file_stops_the_start_and_names_it(string root)
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("file");
        await File.WriteAllTextAsync(file, "mine");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddBleepStore("media").UseLocal(folder.PathOf(root)).CreateBuckets("bucket");
        using IHost host = builder.Build();

        OptionsValidationException error = (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync()))!;

        Assert.That(error.Message, Does.Contain("'media'").And.Contain("RootPath").And.Contain($"'{file}' is a file"));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("mine"));
    }

    [Test]
    public async Task A_root_that_the_system_does_not_make_is_an_error_that_names_store_and_option()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddBleepStore("media").UseLocal("/proc/nope/data").CheckOnStart();
        using IHost host = builder.Build();

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => host.StartAsync()))!;

        Assert.That((error.Code, error.Store), Is.EqualTo((StorageErrorCode.AccessDenied, "media")));
        Assert.That(error.Message, Does.Contain("RootPath").And.Contain("/proc/nope"));
    }
}
