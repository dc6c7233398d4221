using System.Buffers.Binary;
using System.Numerics;

namespace Monolith.Embeddings.Hashing;

/// <summary>
/// A hash of 128 bits that cannot be predicted without the key: SipHash-2-4 (Aumasson and Bernstein 2012) with the output of 128
/// bits of its reference implementation. Immutable.
/// </summary>
/// <param name="first">The first 8 bytes of the key, little-endian.</param>
/// <param name="second">The last 8 bytes.</param>
internal readonly struct KeyedHash(ulong first, ulong second)
{
    /// <summary>How many bytes a key has.</summary>
    public const int KeyBytes = 16;

    /// <summary>The hash of a key.</summary>
    /// <param name="key">The key, <see cref="KeyBytes"/> bytes.</param>
    public KeyedHash(ReadOnlySpan<byte> key)
        : this(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]))
    {
    }

    /// <summary>Hashes an id.</summary>
    public UInt128 Of(long id)
    {
        var state = new State(first, second);
        state.Compress((ulong)id);
        state.Compress((ulong)sizeof(long) << 56);
        return state.Finish();
    }

    /// <summary>Hashes bytes.</summary>
    public UInt128 Of(ReadOnlySpan<byte> bytes)
    {
        var state = new State(first, second);
        var last = (ulong)bytes.Length << 56;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            state.Compress(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        for (var i = 0; i < bytes.Length; i++) last |= (ulong)bytes[i] << (8 * i);
        state.Compress(last);
        return state.Finish();
    }

    /// <summary>The hash whose key is the hash of bytes: one for each purpose.</summary>
    public KeyedHash Derive(ReadOnlySpan<byte> purpose)
    {
        var key = Of(purpose);
        return new KeyedHash((ulong)key, (ulong)(key >> 64));
    }

    private struct State(ulong first, ulong second)
    {
        private ulong _v0 = first ^ 0x736f6d6570736575, _v1 = second ^ 0x646f72616e646f6d ^ 0xee;
        private ulong _v2 = first ^ 0x6c7967656e657261, _v3 = second ^ 0x7465646279746573;

        public void Compress(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public UInt128 Finish()
        {
            _v2 ^= 0xee;
            var low = Squeeze();
            _v1 ^= 0xdd;
            return new UInt128(Squeeze(), low);
        }

        private ulong Squeeze()
        {
            for (var i = 0; i < 4; i++) Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
