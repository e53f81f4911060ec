namespace Varve.Generator.Simulation;

/// <summary>
/// Everyone without a part in a story. Visitors start where the day curve has made room for their requests: the next
/// one when the requests of all before it have been dealt out, so that the sum comes out exactly. Only visitors that
/// are under way are in memory.
/// </summary>
internal sealed class Crowd
{
    /// <summary>Visits last from seconds to hours; in a window shorter than this everybody hurries.</summary>
    const double UnhurriedUs = 6 * 3600e6;

    readonly PriorityQueue<Actor, Turn> _underWay = new();
    readonly Stack<Actor> _idle = new();
    readonly ActorFactory _factory;
    readonly DayCurve _curve;
    readonly Behaviour _behaviour;
    readonly long _requests;
    readonly long _lastUs;
    readonly double _pace;
    long _dealtOut;
    long _actors;
    long _nextStartUs;

    public Crowd(int seed, int crowd, long requests, long durationMs, DayCurve curve, Behaviour behaviour)
    {
        _factory = new ActorFactory(seed, crowd, requests);
        _curve = curve;
        _behaviour = behaviour;
        _requests = requests;
        _lastUs = durationMs * 1000 - 1;
        _pace = Math.Min(1, durationMs * 1000 / UnhurriedUs);
        ScheduleStart();
    }

    /// <summary>When the next request comes, in microseconds into the window; <see cref="long.MaxValue"/> after the last.</summary>
    public long NextUs
    {
        get
        {
            while (true)
            {
                var next = _underWay.TryPeek(out _, out var turn) ? turn.TimeUs : long.MaxValue;
                if (next < _nextStartUs || _nextStartUs == long.MaxValue)
                    return next;
                Start();
            }
        }
    }

    /// <summary>Fills in the request whose time <see cref="NextUs"/> told.</summary>
    public void Next(Request request)
    {
        _underWay.TryPeek(out var actor, out var turn);
        _behaviour.Act(actor!, request);
        actor!.Remaining--;
        if (actor.Remaining == 0)
        {
            _underWay.Dequeue();
            _idle.Push(actor);
            return;
        }

        var gapUs = (long)(Behaviour.GapUs(actor) * _pace);
        // A fair part of the time that is left is the most one gap may take: nobody runs past the end of the window.
        gapUs = Math.Min(gapUs, (_lastUs - turn.TimeUs) / actor.Remaining);
        _underWay.DequeueEnqueue(actor, turn with { TimeUs = turn.TimeUs + gapUs });
    }

    void Start()
    {
        if (!_idle.TryPop(out var actor))
            actor = new Actor();
        _factory.Fill(actor, _actors);
        actor.Remaining = (int)Math.Min(actor.Remaining, _requests - _dealtOut);
        _underWay.Enqueue(actor, new Turn(_nextStartUs, _actors));
        _actors++;
        _dealtOut += actor.Remaining;
        ScheduleStart();
    }

    void ScheduleStart() => _nextStartUs = _dealtOut == _requests
        ? long.MaxValue
        : Math.Min(_curve.MicrosecondsAt((double)_dealtOut / _requests), _lastUs);

    /// <summary>Order of requests: no two turns are equal, so the queue has no say in the order of records.</summary>
    readonly record struct Turn(long TimeUs, long Actor) : IComparable<Turn>
    {
        public int CompareTo(Turn other) =>
            TimeUs != other.TimeUs ? TimeUs.CompareTo(other.TimeUs) : Actor.CompareTo(other.Actor);
    }
}
