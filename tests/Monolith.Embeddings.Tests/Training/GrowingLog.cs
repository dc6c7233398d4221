using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A log of the numbers 0, 1, 2 ... that grows when it is told to; who reads waits for more until it has ended.</summary>
internal sealed class GrowingLog(ExampleEncoder<int> encoder, RecordOptions<int> options, TimeProvider time)
    : LogSource<int>(encoder, options, time)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count, _readers;
    private bool _isEnded;

    /// <summary>How many read it now.</summary>
    public int Readers => Volatile.Read(ref _readers);

    public void Grow(int records) => Change(() => _count += records);

    public void End() => Change(() => _isEnded = true);

    protected override async IAsyncEnumerable<LogRecord<int>> ReadRecordsAsync(
        LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _readers);
        try
        {
            for (var i = (int)from.Offset; await IsThereAsync(i, cancellationToken); i++)
                yield return new(i, new LogPosition("", i + 1));
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    private async Task<bool> IsThereAsync(int record, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (record < _count || _isEnded) return record < _count;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            change();
            (before, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        before.SetResult();
    }
}
