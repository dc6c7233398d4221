using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Lookup;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Training.Reading;

/// <summary>
/// Reads and parses batches ahead on another thread, in order, and finds their distinct ids there. In steady state nothing is allocated a
/// batch. One reading at a time.
/// </summary>
/// <param name="source">Where batches come from.</param>
/// <param name="ahead">How many may wait; 0 reads on the caller's thread.</param>
/// <param name="model">Derives features of what is read ahead, by what it has learned up to then.</param>
internal sealed class BatchReader(ExampleSource source, int ahead, OnlineModel? model = null)
{
    private readonly ObjectPool<CollectedIds> _ids = new(() => new CollectedIds(source.Schema));

    /// <summary>The batches of the source; each is lent, and the receiver gives it back by <see cref="Return"/>.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public IAsyncEnumerable<ReadBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        ahead == 0 ? ReadOnCallAsync(from, cancellationToken) : ReadAheadAsync(from, cancellationToken);

    /// <summary>Ends a loan.</summary>
    public void Return(ReadBatch batch)
    {
        if (batch.Ids is { } ids) _ids.Return(ids);
        batch.Examples.EndLoan();
    }

    private async IAsyncEnumerable<ReadBatch> ReadOnCallAsync(
        StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in source.ReadAsync(from, cancellationToken).ConfigureAwait(false))
        {
            batch.Lend();
            yield return new ReadBatch(batch, null);
        }
    }

    // Neither side waits by a token, which would allocate: a reading that is stopped ends the channel, and what is left in it is read away.
    private async IAsyncEnumerable<ReadBatch> ReadAheadAsync(
        StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var options = new BoundedChannelOptions(ahead) { SingleReader = true, SingleWriter = true };
        var channel = Channel.CreateBounded<ReadBatch>(options);
        var filling = Task.Run(() => FillAsync(from, channel.Writer, stop.Token), CancellationToken.None);
        try
        {
            while (await channel.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                while (channel.Reader.TryRead(out var batch)) yield return batch;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            while (!filling.IsCompleted && await HasMoreAsync(channel.Reader).ConfigureAwait(false)) ReturnLeft(channel.Reader);
            await filling.ConfigureAwait(false);
            ReturnLeft(channel.Reader);
        }
    }

    // Whatever ends the reading reaches the receiver through the channel, after the batches that were read before.
    private async Task FillAsync(StreamPosition from, ChannelWriter<ReadBatch> writer, CancellationToken cancellationToken)
    {
        Exception? cause = null;
        try
        {
            await foreach (var batch in source.ReadAsync(from, cancellationToken).ConfigureAwait(false))
            {
                await writer.WriteAsync(Collect(batch), CancellationToken.None).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (Exception exception)
        {
            cause = exception;
        }
        writer.Complete(cause);
    }

    private ReadBatch Collect(ExampleBatch batch)
    {
        batch.Lend();
        var read = new ReadBatch(batch, _ids.Rent());
        try
        {
            read.Ids!.Collect(batch, model?.DerivedFeatures, learns: true);
            return read;
        }
        catch
        {
            Return(read);
            throw;
        }
    }

    private static async ValueTask<bool> HasMoreAsync(ChannelReader<ReadBatch> reader)
    {
        try
        {
            return await reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The reading ended by it, and the receiver has heard of it, or went away before.
            return false;
        }
    }

    private void ReturnLeft(ChannelReader<ReadBatch> reader)
    {
        while (reader.TryRead(out var left)) Return(left);
    }
}
