using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Training;

/// <summary>Reads and parses batches ahead on another thread, in order.</summary>
internal static class BatchReader
{
    /// <summary>The batches of a source; each is lent, and the receiver ends the loan.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="ahead">How many may wait; 0 reads on the caller's thread.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static IAsyncEnumerable<ExampleBatch> ReadAsync(
        ExampleSource source, StreamPosition from, int ahead, CancellationToken cancellationToken) =>
        ahead == 0 ? ReadOnCallAsync(source, from, cancellationToken) : ReadAheadAsync(source, from, ahead, cancellationToken);

    private static async IAsyncEnumerable<ExampleBatch> ReadOnCallAsync(
        ExampleSource source, StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in source.ReadAsync(from, cancellationToken).ConfigureAwait(false))
        {
            batch.Lend();
            yield return batch;
        }
    }

    private static async IAsyncEnumerable<ExampleBatch> ReadAheadAsync(
        ExampleSource source, StreamPosition from, int ahead, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var options = new BoundedChannelOptions(ahead) { SingleReader = true, SingleWriter = true };
        var channel = Channel.CreateBounded<ExampleBatch>(options);
        var filling = Task.Run(() => FillAsync(source, from, channel.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return batch;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await filling.ConfigureAwait(false);
            while (channel.Reader.TryRead(out var left)) left.EndLoan();
        }
    }

    // Whatever ends the reading reaches the receiver through the channel, after the batches that were read before.
    private static async Task FillAsync(
        ExampleSource source, StreamPosition from, ChannelWriter<ExampleBatch> writer, CancellationToken cancellationToken)
    {
        Exception? cause = null;
        try
        {
            await foreach (var batch in source.ReadAsync(from, cancellationToken).ConfigureAwait(false))
            {
                batch.Lend();
                if (!await TryWriteAsync(writer, batch, cancellationToken).ConfigureAwait(false)) break;
            }
        }
        catch (Exception exception)
        {
            cause = exception;
        }
        writer.Complete(cause);
    }

    private static async ValueTask<bool> TryWriteAsync(
        ChannelWriter<ExampleBatch> writer, ExampleBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            batch.EndLoan();
            return false;
        }
    }
}
