using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.TestKit;
using Monolith.Embeddings.Tests.Streams.Files;
using Monolith.Embeddings.Tests.Streams.Joining;
using Monolith.Embeddings.Tests.Streams.Sampling;
using Monolith.Embeddings.Tests.Training;

namespace Monolith.Embeddings.Tests.Streams;

/// <summary>The library's own sources keep the contract of sources.</summary>
[TestFixture]
public sealed class SourceContractTests
{
    private static readonly SourceFixture Fixture = new();
    private static readonly FileFixture Files = new();
    private static readonly LogWriter Log = new();
    private static readonly FeatureSchema Stateful = CrashScenario.CreateSchema();
    private static readonly ConcurrentBag<IDisposable> Joiners = [];
    private static readonly SamplingFixture Sampled = new();

    private static IEnumerable<TestCaseData> Checks =>
    [
        .. Of("a sequence", () => Fixture.Numbers(0, 20, 6)),
        .. Of("a stream", () => ExampleSource.From(token => SourceFixture.NumbersThen(20, () => { }, token), Fixture.Encoder, 6)),
        .. Of("a stream that is there once", () => ExampleSource.From(SourceFixture.NumbersThen(20, () => { }), Fixture.Encoder, 6)),
        .. Of("a log", () => new NumberLog()),
        .. Of("a log of rotated files", () => OpenFiles(LogFiles.Rotating(Log.Live))),
        .. Of("files of a pattern", () => OpenFiles(LogFiles.Matching(Log.Folder, "clicks*"))),
        .. Of("lines of a file", OpenLines),
        .. Of("a source with state", () => new StatefulSource(CrashScenario.CreateSchema(), 35)),
        .. Of("parts with state", () => new StatefulSource(Stateful, 12).Then(new StatefulSource(Stateful, 25))),
        .. Of("a shuffled sequence", () => Fixture.Numbers(0, 20, 3).Shuffled(9, seed: 1)),
        .. Of("a shuffled log in other batches", () => new NumberLog().Shuffled(12, seed: 2, batchSize: 5)),
        .. Of("epochs", () => Fixture.Numbers(0, 20, 6).Epochs(3)),
        .. Of("shuffled epochs", () => Fixture.Numbers(0, 20, 3).Shuffled(7, seed: 3).Epochs(2)),
        .. Of("epochs that are shuffled", () => Fixture.Numbers(0, 20, 3).Epochs(2).Shuffled(16, seed: 4, batchSize: 4)),
        .. Of("a joiner", NewJoiner),
        .. Of("a joiner behind other batches", () => new StatefulSource(Stateful, 3).Then(NewJoiner())),
        .. Of("a sampled sequence", () => Sampled.Events(40, 7).Subsampled(Sampled.Options(0.4, batchSize: 4))),
        .. Of("a sampled log in epochs", () => Sampled.Events(40, 3).Subsampled(Sampled.Options(0.5, batchSize: 5)).Epochs(2)),
        .. Of("a shuffled sequence that is sampled twice", () => Sampled.Events(60, 3).Shuffled(9, seed: 1)
            .Subsampled(Sampled.Options(0.7, batchSize: 8)).Subsampled(Sampled.Options(0.7, batchSize: 4, seed: 2))),
        .. Of("a source with state that is sampled", () => new StatefulSource(Stateful, 35).Subsampled(SampledState(0.3, 0))),
        .. Of("a joiner that is sampled", () => NewJoiner().Subsampled(SampledState(0.5, 0))),
        .. Of("a joiner that is sampled twice", () => NewJoiner().Subsampled(SampledState(0.6, 0)).Subsampled(SampledState(0.6, 1))),
        .. Of("parts of which the joiner is sampled",
            () => new StatefulSource(Stateful, 3).Then(NewJoiner().Subsampled(SampledState(0.5, 0)))),
        .. Of("parts with state that are sampled",
            () => new StatefulSource(Stateful, 3).Then(NewJoiner()).Subsampled(SampledState(0.5, 0))),
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
    public void DeleteLog()
    {
        Log.Dispose();
        while (Joiners.TryTake(out var joiner)) joiner.Dispose();
    }

    [TestCaseSource(nameof(Checks))]
    public void Sources_keep_the_contract(ContractCheck check) => check.Run();

    private static IEnumerable<TestCaseData> Of(string name, Func<ExampleSource> create) =>
        new ExampleSourceContract(create).Checks.Select(check => new TestCaseData(check).SetArgDisplayNames(name, check.Name));

    private static SubsamplingOptions SampledState(double rate, ulong seed) =>
        new() { Task = Stateful.Tasks[0], NegativeRate = rate, PositiveRate = 0.6, BatchSize = 7, Seed = seed };

    private static ExampleSource NewJoiner()
    {
        var joiner = JoinedTrainingTests.NewJoiner(Stateful, records: 300);
        Joiners.Add(joiner);
        return joiner;
    }

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
