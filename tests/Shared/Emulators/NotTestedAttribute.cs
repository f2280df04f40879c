using NUnit.Framework.Interfaces;

[assembly: BleepStore.Storage.Tests.Shared.NotTested]

namespace BleepStore.Storage.Tests.Shared;

/// <summary>Writes at the end of the assembly's tests what was not tested.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class NotTestedAttribute : Attribute, ITestAction
{
    public ActionTargets Targets => ActionTargets.Suite;

    public void BeforeTest(ITest test)
    {
    }

    public void AfterTest(ITest test) => NotTested.Write();
}
