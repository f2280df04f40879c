using Microsoft.Extensions.Configuration;

namespace BleepStore.Storage.Tests.Shared;

/// <summary>Configurations that a test writes down.</summary>
internal static class TestConfiguration
{
    public static IConfiguration Of(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
}
