using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Joining.State;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>One reading of a joiner: records wait in order, are processed as the watermark passes them, and fill batches.</summary>
/// <param name="machine">Joins them; at the position that the reading begins at.</param>
/// <param name="buffer">What waits; empty.</param>
/// <param name="partitions">The partitions.</param>
/// <param name="rows">Writes examples.</param>
/// <param name="forgotten">Tells impressions that have a forgotten id.</param>
/// <param name="options">How batches are made.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class JoinRun(
    JoinMachine machine, ReorderBuffer buffer, IReadOnlyList<JoinPartition> partitions, ExampleRows rows,
    ForgottenImpressions forgotten, OnlineJoinerOptions options, TimeProvider time, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly JoinPartition[] _partitions = [.. partitions];

    /// <summary>Reads the partitions.</summary>
    public PartitionReading Reading { get; } = new(partitions, options, time, cancellationToken);

    /// <summary>Where the stream goes on.</summary>
    public StreamPosition Position
    {
        get
        {
            var places = new PartitionPosition[_partitions.Length];
            for (var i = 0; i < places.Length; i++) places[i] = _partitions[i].Track.Position;
            return new JoinPosition(machine.Frontier, places).ToStreamPosition();
        }
    }

    /// <summary>Fills a batch.</summary>
    /// <returns>False where the stream has ended, and nothing is in the batch.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(ExampleBatch batch)
    {
        var deadline = default(BatchDeadline);
        try
        {
            while (!Fill(batch))
            {
                if (options.MaxDelay is { } delay && batch.Rows > 0 && !deadline.HasBegun)
                    deadline = new BatchDeadline(delay, time, cancellationToken);
                if (await Reading.ReadAsync(machine.Time, deadline).ConfigureAwait(false) != ReadOutcome.Read) return batch.Rows > 0;
            }
            return true;
        }
        finally
        {
            deadline.Dispose();
        }
    }

    public ValueTask DisposeAsync() => Reading.CloseAsync();

    // Whether the batch is full. Nothing is processed behind it: its position is where the joiner is.
    private bool Fill(ExampleBatch batch)
    {
        var watermark = Reading.Watermark(out _);
        while (true)
        {
            while (machine.HasEmissions)
            {
                cancellationToken.ThrowIfCancellationRequested();
                rows.Append(machine, batch);
                if (batch.Rows == options.BatchSize) return true;
            }
            var next = Math.Min(buffer.NextTime, machine.NextTime);
            if (next >= watermark) return false;
            Process(next);
        }
    }

    private void Process(long next)
    {
        machine.Begin(next);
        foreach (ref readonly var record in buffer.Take(next))
        {
            if (record.Phase == RecordPhase.Impression) AddImpression(buffer.Entry(in record));
            else if (record.Phase == RecordPhase.Action) machine.AddAction(buffer.Entry(in record));
            _partitions[record.Partition].Track.Processed(record.Arrival);
        }
        buffer.Release();
        machine.End();
    }

    private void AddImpression(ReadOnlySpan<byte> entry)
    {
        if (forgotten.Has(entry)) machine.PassOverForgotten();
        else machine.AddImpression(entry);
    }
}
