using System.Runtime.Intrinsics;

namespace OptimizerRatios.Flat;

/// <summary>Rules whose weights know nothing of their row: one long loop.</summary>
internal static unsafe class FlatElements
{
    private const int Width = 16;

    public static void Sgd(in FlatRows rows)
    {
        float* w = rows.Weights, g = rows.Gradients;
        var length = rows.Length;
        var (rate, decay) = (Vector512.Create(Hyper.Rate), Vector512.Create(Hyper.Decay));
        for (var i = 0; i < length; i += Width)
        {
            var weight = Vector512.Load(w + i);
            var gradient = Vector512.FusedMultiplyAdd(decay, weight, Vector512.Load(g + i));
            Vector512.Store(weight - rate * gradient, w + i);
        }
    }

    public static void Momentum(in FlatRows rows)
    {
        float* w = rows.Weights, s = rows.State, g = rows.Gradients;
        var length = rows.Length;
        var (rate, decay) = (Vector512.Create(-Hyper.Rate), Vector512.Create(Hyper.Decay));
        var momentum = Vector512.Create(Hyper.Momentum);
        for (var i = 0; i < length; i += Width)
        {
            var weight = Vector512.Load(w + i);
            var gradient = Vector512.FusedMultiplyAdd(decay, weight, Vector512.Load(g + i));
            var state = Vector512.FusedMultiplyAdd(momentum, Vector512.Load(s + i), rate * gradient);
            Vector512.Store(state, s + i);
            Vector512.Store(weight + state, w + i);
        }
    }

    public static void Adagrad(in FlatRows rows)
    {
        float* w = rows.Weights, s = rows.State, g = rows.Gradients;
        var length = rows.Length;
        var (rate, decay) = (Vector512.Create(Hyper.Rate), Vector512.Create(Hyper.Decay));
        var epsilon = Vector512.Create(Hyper.Epsilon);
        for (var i = 0; i < length; i += Width)
        {
            var weight = Vector512.Load(w + i);
            var gradient = Vector512.FusedMultiplyAdd(decay, weight, Vector512.Load(g + i));
            var state = Vector512.FusedMultiplyAdd(gradient, gradient, Vector512.Load(s + i));
            Vector512.Store(state, s + i);
            Vector512.Store(weight - rate * gradient / Vector512.Sqrt(state + epsilon), w + i);
        }
    }

    public static void RmsProp(in FlatRows rows)
    {
        float* w = rows.Weights, s = rows.State, g = rows.Gradients;
        var length = rows.Length;
        var (rate, decay) = (Vector512.Create(Hyper.Rate), Vector512.Create(Hyper.Decay));
        var (epsilon, keep, share) = (Vector512.Create(Hyper.Epsilon), Vector512.Create(Hyper.Rho), Vector512.Create(1 - Hyper.Rho));
        for (var i = 0; i < length; i += Width)
        {
            var weight = Vector512.Load(w + i);
            var gradient = Vector512.FusedMultiplyAdd(decay, weight, Vector512.Load(g + i));
            var state = Vector512.FusedMultiplyAdd(share * gradient, gradient, keep * Vector512.Load(s + i));
            Vector512.Store(state, s + i);
            Vector512.Store(weight - rate * gradient / (Vector512.Sqrt(state) + epsilon), w + i);
        }
    }

    public static void MovingAverage(in FlatRows rows)
    {
        float* w = rows.Weights, g = rows.Gradients;
        var length = rows.Length;
        var share = Vector512.Create(1 - Hyper.Average);
        for (var i = 0; i < length; i += Width)
        {
            var weight = Vector512.Load(w + i);
            Vector512.Store(Vector512.FusedMultiplyAdd(share, Vector512.Load(g + i) - weight, weight), w + i);
        }
    }
}
