using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Programs;

namespace BleepStore.Storage.Azure.Tests.Emulated;

/// <summary>A program that is compiled to native code in <c>.ci/long</c>.</summary>
[Category(LongRun.Category)]
public class NativeAotTests
{
    [Test]
    public async Task A_program_uses_Azure_through_its_configuration()
    {
        AzuriteAccount account = await AzuriteAccount.TakeAsync();

        string said = await NativeProgram.RunAsync(
            ("Backend", "azure"), ("ConnectionString", account.ConnectionString), ("Container", "native"), ("CreateContainer", "true"));

        Assert.That(said, Is.EqualTo(NativeProgram.Success("azure", 12)));
    }
}
