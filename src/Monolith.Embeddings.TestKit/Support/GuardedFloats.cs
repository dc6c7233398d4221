namespace Monolith.Embeddings.TestKit.Support;

/// <summary>Floats between marks that tell whether something else was written.</summary>
internal sealed class GuardedFloats
{
    private const int Guard = 64;
    private const float Mark = -12345.678f;

    private readonly float[] _floats;
    private readonly int _length;

    public GuardedFloats(int length)
    {
        _length = length;
        _floats = new float[length + 2 * Guard];
        Array.Fill(_floats, Mark);
    }

    public Span<float> Span => _floats.AsSpan(Guard, _length);

    public void CheckGuards(string what)
    {
        var written = _floats.AsSpan(0, Guard).ContainsAnyExcept(Mark) || _floats.AsSpan(Guard + _length).ContainsAnyExcept(Mark);
        Expect.That(!written, $"nothing was expected to be written beside the {_length} floats of the {what}, but something was");
    }
}
