using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Programs;

namespace BleepStore.Samples.Tests;

/// <summary>A program that is compiled to native code in <c>.ci/long</c>.</summary>
[Category(LongRun.Category)]
public class NativeAotTests
{
    [Test]
    public async Task A_program_uses_a_disk_through_its_configuration()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bleepstore-native-");
        try
        {
            string said = await NativeProgram.RunAsync(("Backend", "local"), ("RootPath", folder.FullName));

            Assert.That(said, Is.EqualTo(NativeProgram.Success("local", 11)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task A_program_that_has_no_backend_says_which_ones_there_are()
    {
        string said = await NativeProgram.RunAsync(("Backend", "floppy"));

        Assert.That(said, Does.Contain("floppy").And.Contain("local"));
    }
}
