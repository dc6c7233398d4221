using System.Text;

namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>
/// Puts a character that is none in the place of bytes that an encoding does not know, and remembers that it did. U+FFFD would not do: a
/// file may hold that one.
/// </summary>
internal sealed class UndecodedBytes : DecoderFallback
{
    /// <summary>A noncharacter of Unicode, which no text for others holds.</summary>
    public const char Mark = '\uFDEF';

    /// <summary>Whether there were such bytes so far.</summary>
    public bool WereMet { get; private set; }

    public override int MaxCharCount => 1;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Marks(this);

    private sealed class Marks(UndecodedBytes owner) : DecoderFallbackBuffer
    {
        private bool _isLeft;

        public override int Remaining => _isLeft ? 1 : 0;

        public override bool Fallback(byte[] bytesUnknown, int index) => owner.WereMet = _isLeft = true;

        public override char GetNextChar()
        {
            var next = _isLeft ? Mark : '\0';
            _isLeft = false;
            return next;
        }

        public override bool MovePrevious() => false;

        public override void Reset() => _isLeft = false;
    }
}
