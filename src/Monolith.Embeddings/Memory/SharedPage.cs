using System.Numerics;

namespace Monolith.Embeddings.Memory;

/// <summary>A block of one huge page, cut into pieces. Its pool's lock covers it.</summary>
internal sealed unsafe class SharedPage : IDisposable
{
    public const int Pieces = (int)(LinuxMemory.HugePageBytes / PagePool.PieceBytes);

    private readonly NativeBlock _block;
    private uint _free = (1u << Pieces) - 1;

    public SharedPage(MemoryAccount account)
    {
        _block = account.Allocate(LinuxMemory.HugePageBytes);
        Node = new LinkedListNode<SharedPage>(this);
    }

    /// <summary>Its place in one of the pool's lists.</summary>
    public LinkedListNode<SharedPage> Node { get; }

    public int FreeCount => BitOperations.PopCount(_free);

    public byte* Address(int place) => _block.Pointer + place * PagePool.PieceBytes;

    public MemoryPiece Take()
    {
        var place = BitOperations.TrailingZeroCount(_free);
        _free &= ~(1u << place);
        return new MemoryPiece(this, place);
    }

    public void Return(int place) => _free |= 1u << place;

    public void Dispose() => _block.Dispose();
}
