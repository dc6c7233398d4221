using System.Runtime.CompilerServices;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tests.Memory;

public unsafe class PinnedBufferTests
{
    private const int Buffers = 200, Length = 100;

    [Test]
    public void Stays_in_place_while_the_collector_moves_what_is_around_it()
    {
        var buffers = Fill();
        for (var round = 0; round < 3; round++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            // Takes the places that buffers would have left.
            var others = Enumerable.Range(0, 4 * Buffers).Select(_ => new long[Length]).ToArray();
            foreach (var other in others) other.AsSpan().Fill(-1);
            for (var i = 0; i < Buffers; i++)
            {
                Assert.That(
                    new ReadOnlySpan<long>(buffers[i].Pointer, Length).IndexOfAnyExcept(i), Is.EqualTo(-1), $"buffer {i}, round {round}");
            }
            GC.KeepAlive(others);
        }
        GC.KeepAlive(buffers);
    }

    [Test]
    public void Makes_room_for_as_many_as_were_asked_for([Values(0, 1, 7, 1024, 100_000)] int count)
    {
        PinnedBuffer<int> buffer = new(), neighbour = new();
        foreach (var each in new[] { 3, count })
        {
            buffer.Reserve(each);
            neighbour.Reserve(each);
            new Span<int>(buffer.Pointer, each).Fill(1);
            new Span<int>(neighbour.Pointer, each).Fill(2);
            Assert.That(new ReadOnlySpan<int>(buffer.Pointer, each).ContainsAnyExcept(1), Is.False);
        }
        GC.KeepAlive((buffer, neighbour));
    }

    // Not inlined, so that nothing but the buffers is kept; garbage between them makes the collector move what it may.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PinnedBuffer<long>[] Fill()
    {
        var buffers = new PinnedBuffer<long>[Buffers];
        for (var i = 0; i < Buffers; i++)
        {
            GC.KeepAlive(new byte[8 * Length]);
            buffers[i] = new PinnedBuffer<long>();
            buffers[i].Reserve(Length);
            new Span<long>(buffers[i].Pointer, Length).Fill(i);
        }
        return buffers;
    }
}
