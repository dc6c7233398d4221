namespace OptimizerRatios;

/// <summary>Copies as many bytes as an update reads or writes: weights, state and gradients.</summary>
internal sealed class CopyPass(RowBuffers rows)
{
    private readonly float[] _target = new float[Math.Max(rows.Weights.Length, rows.State.Length)];

    public void Run()
    {
        rows.Weights.CopyTo(_target);
        rows.State.CopyTo(_target);
        rows.Gradients.CopyTo(_target);
    }
}
