using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams.Sampling;

/// <summary>One reading of a sampled stream. One reader's.</summary>
/// <param name="batches">The stream before, from <paramref name="at"/> on.</param>
/// <param name="at">Where it begins.</param>
/// <param name="rows">Decides about examples.</param>
/// <param name="pool">Of the batches that are filled.</param>
/// <param name="options">The options.</param>
/// <param name="time">The clock of the delay.</param>
internal sealed class SubsampledReading(
    RecordCursor<ExampleBatch> batches, SubsampledPosition at, SubsampledRows rows, ExampleBatchPool pool, SubsamplingOptions options,
    TimeProvider time) : IAsyncDisposable
{
    private SubsampledPosition _at = at;
    private ExampleBatch? _input;
    private int _row;

    // How many examples are still to be passed that an earlier reading kept or dropped.
    private int _toPass = at.Passed;

    /// <summary>The next batch, which is the caller's; null at the end of the stream.</summary>
    /// <exception cref="ExampleSourceException">An example cannot be sampled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ExampleBatch?> NextAsync(CancellationToken cancellationToken)
    {
        var batch = pool.Rent();
        batch.BeginFilling();
        var deadline = default(BatchDeadline);
        try
        {
            while (!Fill(batch))
            {
                if (options.MaxDelay is { } delay && batch.Rows > 0 && !deadline.HasBegun)
                    deadline = new BatchDeadline(delay, time, cancellationToken);
                if (deadline.HasBegun && !await batches.IsNextReadyAsync(deadline.Over).ConfigureAwait(false)) break;
                if (!await batches.MoveNextAsync().ConfigureAwait(false)) break;
                cancellationToken.ThrowIfCancellationRequested();
                Begin(batches.Current);
            }
            // A stream may simply end when it is cancelled; that is not the end of the stream.
            cancellationToken.ThrowIfCancellationRequested();
            batch.Position = _at.ToStreamPosition();
        }
        catch
        {
            batch.EndFilling();
            batch.Dispose();
            throw;
        }
        finally
        {
            deadline.Dispose();
        }
        batch.EndFilling();
        if (batch.Rows > 0) return batch;
        batch.Dispose();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        _input?.Dispose();
        await batches.DisposeAsync().ConfigureAwait(false);
    }

    // Whether the batch is full; else the input is at its end.
    private bool Fill(ExampleBatch batch)
    {
        while (_input is not null && batch.Rows < options.BatchSize)
        {
            Take(_input, batch);
            if (++_row == _input.Rows) End();
        }
        return batch.Rows == options.BatchSize;
    }

    private void Take(ExampleBatch input, ExampleBatch batch)
    {
        try
        {
            rows.Take(input, _row, batch);
            _at = _at with { Passed = _at.Passed + 1 };
        }
        catch (InvalidOperationException cause)
        {
            throw new ExampleSourceException(
                $"Example {_at.Passed} (from 0) behind the position {_at.Begin} cannot be sampled: {cause.Message}", cause);
        }
    }

    private void Begin(ExampleBatch input)
    {
        _input = input;
        _row = Math.Min(_toPass, input.Rows);
        _toPass -= _row;
        if (_row == input.Rows) End();
        else rows.Begin(input);
    }

    // While examples are to be passed, the position stays the one before: it says how many.
    private void End()
    {
        if (_toPass == 0) _at = new SubsampledPosition(_input!.Position, 0);
        _input!.Dispose();
        _input = null;
    }
}
