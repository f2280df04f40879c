using BleepStore.Storage.Tests.Shared.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Local.Tests;

public sealed class RegistrationTests : ProviderRegistrationTests<LocalBackendOptions>
{
    protected override string[] Mistake => [nameof(LocalBackendOptions.RootPath)];

    protected override ObjectStoreBuilder Use(ObjectStoreBuilder builder, Action<LocalBackendOptions> configure) =>
        builder.UseLocal(configure);

    protected override ObjectStore Create(LocalBackendOptions options) => LocalStore.Create(options);

    protected override void MakeMistake(LocalBackendOptions options) => options.RootPath = "";
}
