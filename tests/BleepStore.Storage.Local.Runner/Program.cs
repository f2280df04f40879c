using BleepStore.Storage.Local.Runner;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;

// Runs the suite of Local in this process, on systems that have no SDK. The last line is "N passed, N failed, N skipped".
var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
runner.Load(typeof(Report).Assembly, new Dictionary<string, object>(StringComparer.Ordinal));
var report = new Report(Console.Out);
ITestResult result = runner.Run(report, new NamedFilter(args));
report.Summarise();
return result.ResultState.Status == TestStatus.Failed ? 1 : 0;
