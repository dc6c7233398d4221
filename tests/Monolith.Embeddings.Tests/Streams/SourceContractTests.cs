using System.Runtime.CompilerServices;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.TestKit;

namespace Monolith.Embeddings.Tests.Streams;

/// <summary>The library's own sources keep the contract of sources.</summary>
[TestFixture]
public sealed class SourceContractTests
{
    private static readonly SourceFixture Fixture = new();

    private static IEnumerable<TestCaseData> Checks =>
    [
        .. Of("a sequence", () => Fixture.Numbers(0, 20, 6)),
        .. Of("a stream", () => ExampleSource.From(token => SourceFixture.NumbersThen(20, () => { }, token), Fixture.Encoder, 6)),
        .. Of("a stream that is there once", () => ExampleSource.From(SourceFixture.NumbersThen(20, () => { }), Fixture.Encoder, 6)),
        .. Of("a log", () => new NumberLog()),
        .. Of("three parts", () => Fixture.Numbers(0, 5, 2).Then(new NumberLog()).Then(Fixture.Numbers(5, 1, 2))),
    ];

    [TestCaseSource(nameof(Checks))]
    public void Sources_keep_the_contract(ContractCheck check) => check.Run();

    private static IEnumerable<TestCaseData> Of(string name, Func<ExampleSource> create) =>
        new ExampleSourceContract(create).Checks.Select(check => new TestCaseData(check).SetArgDisplayNames(name, check.Name));

    private sealed class NumberLog() : LogSource<int>(Fixture.Encoder, new() { BatchSize = 6 })
    {
        protected override async IAsyncEnumerable<LogRecord<int>> ReadRecordsAsync(
            LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (var next = (int)from.Offset; next < 20; next++)
            {
                await Task.Yield();
                yield return new(next, new("numbers", next + 1));
            }
        }
    }
}
