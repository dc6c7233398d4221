using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.TestKit;
using Monolith.Embeddings.Tests.Streams.Files;

namespace Monolith.Embeddings.Tests.Streams;

/// <summary>The library's own sources keep the contract of sources.</summary>
[TestFixture]
public sealed class SourceContractTests
{
    private static readonly SourceFixture Fixture = new();
    private static readonly FileFixture Files = new();
    private static readonly LogWriter Log = new();

    private static IEnumerable<TestCaseData> Checks =>
    [
        .. Of("a sequence", () => Fixture.Numbers(0, 20, 6)),
        .. Of("a stream", () => ExampleSource.From(token => SourceFixture.NumbersThen(20, () => { }, token), Fixture.Encoder, 6)),
        .. Of("a stream that is there once", () => ExampleSource.From(SourceFixture.NumbersThen(20, () => { }), Fixture.Encoder, 6)),
        .. Of("a log", () => new NumberLog()),
        .. Of("a log of rotated files", () => OpenFiles(LogFiles.Rotating(Log.Live))),
        .. Of("files of a pattern", () => OpenFiles(LogFiles.Matching(Log.Folder, "clicks*"))),
        .. Of("lines of a file", OpenLines),
        .. Of("three parts", () => Fixture.Numbers(0, 5, 2).Then(new NumberLog()).Then(Fixture.Numbers(5, 1, 2))),
    ];

    [OneTimeSetUp]
    public void WriteLog()
    {
        for (var file = 0; file < 3; file++)
        {
            Log.Add(7);
            Log.WriteAll();
            if (file < 2) Log.RotateByCounter(pack: file == 0);
        }
    }

    [OneTimeTearDown]
    public void DeleteLog() => Log.Dispose();

    [TestCaseSource(nameof(Checks))]
    public void Sources_keep_the_contract(ContractCheck check) => check.Run();

    private static IEnumerable<TestCaseData> Of(string name, Func<ExampleSource> create) =>
        new ExampleSourceContract(create).Checks.Select(check => new TestCaseData(check).SetArgDisplayNames(name, check.Name));

    private static JsonLinesSource<Numbered> OpenFiles(LogFiles files) => Files.Open(files, new() { BatchSize = 4 });

    private static LineSource OpenLines()
    {
        var encoder = new ExampleEncoder<ReadOnlyMemory<byte>>(
            Fixture.Schema, (in ReadOnlyMemory<byte> line, ExampleWriter writer) => writer.Id(Fixture.Slot, line.Length));
        return new(LogFiles.Rotating(Log.Live), encoder, new() { BatchSize = 4 }, new() { Follow = false });
    }

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
