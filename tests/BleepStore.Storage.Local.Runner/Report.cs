using System.Globalization;
using NUnit.Framework.Interfaces;

namespace BleepStore.Storage.Local.Runner;

/// <summary>Writes each test that failed, and at the end how many did not.</summary>
internal sealed class Report(TextWriter output) : ITestListener
{
    /// <summary>In seconds.</summary>
    private const double SlowFrom = 5;

    private readonly Lock _gate = new();
    private int _passed;
    private int _failed;
    private int _skipped;

    public void TestStarted(ITest test)
    {
        // Only results are written.
    }

    public void TestFinished(ITestResult result)
    {
        if (result.Test.IsSuite)
        {
            return;
        }

        lock (_gate)
        {
            if (result.Duration > SlowFrom)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Slow {result.FullName}: {result.Duration:0} s"));
            }

            switch (result.ResultState.Status)
            {
                case TestStatus.Passed:
                    _passed++;
                    break;
                case TestStatus.Failed:
                    _failed++;
                    output.WriteLine($"Failed {result.FullName}");
                    output.WriteLine(result.Message);
                    output.WriteLine(result.StackTrace);
                    break;
                default:
                    _skipped++;
                    output.WriteLine($"Skipped {result.FullName}: {result.Message}");
                    break;
            }
        }
    }

    public void TestOutput(TestOutput output)
    {
        // What tests print is not wanted here.
    }

    public void SendMessage(TestMessage message)
    {
        // Nobody listens.
    }

    public void Summarise() => output.WriteLine($"{_passed} passed, {_failed} failed, {_skipped} skipped");
}
