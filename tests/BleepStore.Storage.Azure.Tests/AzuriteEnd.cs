using BleepStore.Storage.Azure.Tests.Support;

namespace BleepStore.Storage.Azure.Tests;

/// <summary>Ends the emulators with the assembly's last test.</summary>
[SetUpFixture]
public sealed class AzuriteEnd
{
    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        await Azurite.StopAsync();
        await SecureAzurite.StopAsync();
    }
}
