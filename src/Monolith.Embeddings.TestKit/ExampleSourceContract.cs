using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.TestKit.Support;

namespace Monolith.Embeddings.TestKit;

/// <summary>What trainers expect of an <see cref="ExampleSource"/>, wherever its examples come from.</summary>
/// <remarks>
/// Rules about positions are checked where <see cref="ExampleSource.CanRewind"/> is true, and that batches are cut at the same places where
/// <see cref="ExampleSource.IsDeterministic"/> is. A source with state is given that of the position before a new one goes on there, and
/// its positions may depend on how it was read.
/// </remarks>
/// <param name="create">
/// Makes a source of the same stream each time, as a process that starts again would: one that ends, of three batches or more, and of no
/// more than <see cref="ExampleSource.KeptStates"/> where it has a state.
/// </param>
public class ExampleSourceContract(Func<ExampleSource> create) : PlugInContract
{
    /// <inheritdoc />
    public override IEnumerable<ContractCheck> Checks =>
    [
        Rule("The stream has three batches or more, of the source's schema, and none is empty", HasBatches),
        Rule("Each batch carries a position of its own, and none is the start", PositionsDiffer),
        Rule("A batch stays as it is until its receiver disposes it", BatchesStay),
        Rule("Read again, the stream has the same examples", ReadsAgain),
        Rule("From each position the source goes on with the next example", GoesOn),
        Rule("A new source goes on from the position of another", GoesOnAfterRestart),
        Rule("What it captures of its state can be captured again, and does not change what it yields", CapturesState),
        Rule("A reading that is left early leaves the source as it was", LeftEarly),
        Rule("A cancelled reading ends by its token, and not as if the stream had ended", Cancellation),
        Rule("A position of another source is refused", ForeignPositions),
        Rule("It can be told what is durable, and goes on from there", Committed),
        Rule("It can be read behind another source", Follows),
    ];

    private async Task HasBatches()
    {
        var source = create();
        var batches = 0;
        await foreach (var batch in source.ReadAsync(StreamPosition.Start, CancellationToken.None).ConfigureAwait(false))
        {
            Expect.That(source.Schema.Matches(batch.Schema), "a batch was made with another schema than the source's");
            Expect.That(batch.Rows > 0, $"batch {batches} is empty");
            batches++;
            batch.Dispose();
        }
        Expect.That(batches >= 3, $"the contract needs a stream of three batches or more, but it has {batches}");
    }

    private async Task PositionsDiffer()
    {
        var positions = (await ReadAsync(create()).ConfigureAwait(false)).Select(batch => batch.Position).ToList();
        Expect.That(positions.TrueForAll(position => !position.IsStart), "a batch carries the start of the stream as its position");
        if (create().CanRewind) Expect.Same(positions.Count, positions.Distinct().Count(), "the number of different positions");
    }

    private async Task BatchesStay()
    {
        var held = new List<(ExampleBatch Batch, IReadOnlyList<string> Examples)>();
        await foreach (var batch in create().ReadAsync(StreamPosition.Start, CancellationToken.None).ConfigureAwait(false))
            held.Add((batch, ExampleText.Of(batch)));
        foreach (var (batch, examples) in held)
        {
            Expect.SameAnswers(examples, ExampleText.Of(batch), "a batch that is read later");
            batch.Dispose();
        }
    }

    private async Task ReadsAgain()
    {
        var source = create();
        if (!source.CanRewind) return;
        var first = await ReadAsync(source).ConfigureAwait(false);
        SameStream(source, first, await ReadAsync(source).ConfigureAwait(false), "a second reading");
        SameStream(source, first, await ReadAsync(create()).ConfigureAwait(false), "another source of the stream");
    }

    private async Task GoesOn()
    {
        var (source, all) = await ReadAllAsync().ConfigureAwait(false);
        for (var i = 0; source.CanRewind && i < all.Count; i++)
        {
            // What was read again has positions of its own, where the source has a state.
            if (source.HasState) (source, all) = await ReadAllAsync().ConfigureAwait(false);
            var rest = await ReadAsync(source, all[i].Position).ConfigureAwait(false);
            SameStream(source, all.Skip(i + 1), rest, $"a reading from position {all[i].Position}, that of batch {i}");
        }
    }

    private async Task GoesOnAfterRestart()
    {
        var (source, all) = await ReadAllAsync().ConfigureAwait(false);
        for (var i = 0; source.CanRewind && i < all.Count; i++)
        {
            var next = create();
            if (source.HasState)
            {
                // The source has read on meanwhile, as it does ahead of a trainer.
                var state = await source.CaptureState(all[i].Position).CopyAsync().ConfigureAwait(false);
                await next.RestoreStateAsync(all[i].Position, state, CancellationToken.None).ConfigureAwait(false);
            }
            var rest = await ReadAsync(next, all[i].Position).ConfigureAwait(false);
            SameStream(source, all.Skip(i + 1), rest, $"a new source's reading from position {all[i].Position}, that of batch {i}");
        }
    }

    private async Task CapturesState()
    {
        var (source, all, captured) = (create(), new List<ReadBatch>(), new List<SourceState>());
        if (!source.HasState) return;
        await foreach (var batch in source.ReadAsync(StreamPosition.Start, CancellationToken.None).ConfigureAwait(false))
        {
            all.Add(new(ExampleText.Of(batch), batch.Position));
            batch.Dispose();
            for (var time = 0; time < 2; time++)
            {
                var state = await source.CaptureState(all[^1].Position).CopyAsync().ConfigureAwait(false);
                if (all.Count == 2) captured.Add(state);
            }
        }
        SameExamples((await ReadAllAsync().ConfigureAwait(false)).Batches, all, "a reading whose state was captured after each batch");
        foreach (var state in captured)
        {
            var next = create();
            await next.RestoreStateAsync(all[1].Position, state, CancellationToken.None).ConfigureAwait(false);
            var rest = await ReadAsync(next, all[1].Position).ConfigureAwait(false);
            SameStream(source, all.Skip(2), rest, "a reading from the second batch, whose state was captured twice");
        }
    }

    private async Task<(ExampleSource Source, IReadOnlyList<ReadBatch> Batches)> ReadAllAsync()
    {
        var source = create();
        return (source, await ReadAsync(source).ConfigureAwait(false));
    }

    private async Task LeftEarly()
    {
        var source = create();
        if (!source.CanRewind) return;
        var all = await ReadAsync(create()).ConfigureAwait(false);
        await foreach (var batch in source.ReadAsync(StreamPosition.Start, CancellationToken.None).ConfigureAwait(false))
        {
            batch.Dispose();
            break;
        }
        SameStream(source, all, await ReadAsync(source).ConfigureAwait(false), "a reading after one that was left");
    }

    private async Task Cancellation()
    {
        using var stopping = new CancellationTokenSource();
        var batches = 0;
        try
        {
            await foreach (var batch in create().ReadAsync(StreamPosition.Start, stopping.Token).ConfigureAwait(false))
            {
                batches++;
                batch.Dispose();
                await stopping.CancelAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // A batch that was ready may still come.
            Expect.That(batches <= 2, $"{batches} batches were read, though the reading was cancelled after the first");
            return;
        }
        Expect.That(false, $"{nameof(OperationCanceledException)} was expected, but the reading ended after {batches} batches");
    }

    private async Task ForeignPositions()
    {
        if (!create().CanRewind) return;
        var foreign = new StreamPosition(new byte[] { 0xFE, 0xDC, 0xBA });
        try
        {
            await ReadAsync(create(), foreign).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            return;
        }
        Expect.That(false, $"{nameof(ArgumentException)} was expected for the position {foreign}, which no source made");
    }

    private async Task Committed()
    {
        var (source, all) = await ReadAllAsync().ConfigureAwait(false);
        for (var i = 0; i < all.Count; i++)
        {
            if (source.HasState) (source, all) = await ReadAllAsync().ConfigureAwait(false);
            await source.CommittedAsync(all[i].Position, CancellationToken.None).ConfigureAwait(false);
            if (!source.CanRewind) continue;
            var rest = await ReadAsync(source, all[i].Position).ConfigureAwait(false);
            SameStream(source, all.Skip(i + 1), rest, $"a reading from position {all[i].Position}, which was called durable");
        }
    }

    private async Task Follows()
    {
        var (first, second) = (create(), create());
        if (!first.Schema.Matches(second.Schema) || !first.CanRewind) return;
        var all = await ReadAsync(create()).ConfigureAwait(false);
        var both = first.Then(second);
        var read = await ReadAsync(both).ConfigureAwait(false);
        SameExamples(all.Concat(all), read, "two sources, one after the other");
        var rest = await ReadAsync(both, read[^2].Position).ConfigureAwait(false);
        SameExamples(read.TakeLast(1), rest, "the second of two sources, from the position before its last batch");
    }

    private static void SameStream(ExampleSource source, IEnumerable<ReadBatch> expected, IReadOnlyList<ReadBatch> actual, string what)
    {
        var batches = expected.ToList();
        SameExamples(batches, actual, what);
        if (!source.IsDeterministic) return;
        Expect.Same(batches.Count, actual.Count, $"{what}, the number of batches");
        if (source.HasState) return;
        for (var i = 0; i < batches.Count; i++) Expect.Same(batches[i].Position, actual[i].Position, $"{what}, the position of batch {i}");
    }

    private static void SameExamples(IEnumerable<ReadBatch> expected, IEnumerable<ReadBatch> actual, string what)
    {
        var (wanted, found) = (expected.SelectMany(batch => batch.Examples).ToList(), actual.SelectMany(batch => batch.Examples).ToList());
        for (var i = 0; i < Math.Min(wanted.Count, found.Count); i++) Expect.Same(wanted[i], found[i], $"{what}, example {i}");
        Expect.Same(wanted.Count, found.Count, $"{what}, the number of examples");
    }

    private static async Task<IReadOnlyList<ReadBatch>> ReadAsync(ExampleSource source, StreamPosition from = default)
    {
        var batches = new List<ReadBatch>();
        await foreach (var batch in source.ReadAsync(from, CancellationToken.None).ConfigureAwait(false))
        {
            batches.Add(new(ExampleText.Of(batch), batch.Position));
            batch.Dispose();
        }
        return batches;
    }
}
