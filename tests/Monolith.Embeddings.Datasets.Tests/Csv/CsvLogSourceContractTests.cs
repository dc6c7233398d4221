using Monolith.Embeddings.Datasets.Tests.Support;
using Monolith.Embeddings.TestKit;

namespace Monolith.Embeddings.Datasets.Tests.Csv;

/// <summary>A log of CSV files, one of them packed, keeps the contract of sources.</summary>
[TestFixture]
public sealed class CsvLogSourceContractTests
{
    private static readonly CsvLog Log = new();

    private static IEnumerable<TestCaseData> Checks =>
        new ExampleSourceContract(() => Log.Open(new() { BatchSize = 4 })).Checks
            .Select(check => new TestCaseData(check).SetArgDisplayNames(check.Name));

    [OneTimeSetUp]
    public void WriteLog()
    {
        for (var day = 0; day < 3; day++)
        {
            Log.Add(7);
            if (day < 2) Log.Rotate(pack: day == 0);
        }
        Log.WriteAll();
    }

    [OneTimeTearDown]
    public void DeleteLog() => Log.Dispose();

    [TestCaseSource(nameof(Checks))]
    public void It_keeps_the_contract(ContractCheck check) => check.Run();
}
