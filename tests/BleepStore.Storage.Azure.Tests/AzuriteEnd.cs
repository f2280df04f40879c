using BleepStore.Storage.Azure.Tests.Support;

namespace BleepStore.Storage.Azure.Tests;

/// <summary>Ends the emulator with the assembly's last test.</summary>
[SetUpFixture]
public sealed class AzuriteEnd
{
    [OneTimeTearDown]
    public static Task StopAsync() => Azurite.StopAsync();
}
