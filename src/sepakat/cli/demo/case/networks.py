"""The networks of the portfolio's plans. All that they say is illustrative.

A line that begins with "=" begins a phase: its code and name. Any other line is an activity: its
code, its working days (0: a milestone), who does it, what it waits for, and its name. It waits for
the finish of what is named, unless the link says SS, FF or SF (start to start, and so on); +5 is a
lag of five working days.
"""

MAINTENANCE = """
= MA-PREP Preparation
MA10 | 15 | Programme office |                 | Scope and IP terms agreed
MA20 | 45 | Engineering      | MA10            | Manuals translated and checked
= MA-TRAIN Training
MA30 | 20 | Training         | MA20 SS+10      | First group trained
MA35 |  0 |                  | MA30            | First group certified
MA40 | 70 | Training         | MA35            | Second group trained at work
= MA-EQUIP Equipment
MA50 | 40 | Workshop         | MA20            | Workshop fitted out
MA60 | 85 | Supply           | MA20            | Bearings and seals delivered
MA70 | 40 | Workshop         | MA50            | Test bench installed
MA80 | 25 | Quality          | MA70            | Bench calibrated
= MA-PROVE Proof
MA90 | 45 | Workshop         | MA40, MA60, MA80 | Overhaul under guidance
MA95 | 45 | Workshop         | MA90            | Overhaul without help
MA97 | 20 | Quality          | MA95 SS+30, MA95 FF+5 | Records and rates examined
MA99 |  0 |                  | MA95, MA97      | Maintenance know-how absorbed
"""

CASTINGS = """
= CA-DESIGN Design
CA10 | 20 | Engineering      |                 | Loads and materials settled
CA20 | 35 | Engineering      | CA10            | Castings designed
CA30 | 25 | Programme office | CA10            | Export authorisation
= CA-TOOL Tools
CA40 | 40 | Foundry          | CA20            | Moulds made
CA50 | 30 | Supply           | CA20            | Alloy and bearings delivered
= CA-PROVE Proof
CA60 | 30 | Foundry          | CA40, CA50      | First castings
CA70 | 25 | Quality          | CA60 SS+10, CA60 FF+5 | Castings examined by X-ray
CA80 | 30 | Engineering      | CA70, CA30      | Fatigue test in Malaysia
CA90 |  0 |                  | CA80            | Castings qualified
"""

COAST = """
= CO-NEED Needs
CO10 | 25 | Programme office |                 | Needs of both nations agreed
CO20 | 30 | Engineering      | CO10            | Interfaces described
= CO-SITE Sites
CO30 | 40 | Sites            | CO10            | Sites surveyed
CO40 | 30 | Sites            | CO30            | First site handed over
CO50 | 35 | Sites            | CO40            | Masts and power
= CO-PICT Picture
CO60 | 50 | Software         | CO20            | Tracks from both nations shown together
CO70 | 25 | Software         | CO60, CO50      | First site connected
CO80 | 30 | Operators        | CO70            | Watch-keepers work with it
CO90 |  0 |                  | CO80            | Common picture of one coast
"""

FUSION = """
= FU-DATA Data
FU10 | 20 | Programme office |                 | Recordings chosen and released
FU20 | 30 | Analysts         | FU10            | Recordings marked by hand
= FU-METHOD Methods
FU30 | 45 | Software         | FU10 SS+10      | First method
FU40 | 35 | Software         | FU30, FU20      | Second method
FU50 | 20 | Analysts         | FU20            | Measures of error agreed
= FU-TRIAL Trial
FU60 | 25 | Analysts         | FU40, FU50      | Both compared on new recordings
FU70 | 30 | Operators        | FU60            | Trial with watch-keepers
FU80 | 15 | Programme office | FU70            | Findings and limits written down
FU90 |  0 |                  | FU80            | Fusion ready for a pilot
"""

RANGE = """
= RA-PLAN Plan
RA10 | 20 | Programme office |                 | What is exercised, and what never is
RA20 | 25 | Engineering      | RA10            | Architecture without a way out
= RA-BUILD Build
RA30 | 35 | Supply           | RA20            | Servers delivered
RA40 | 50 | Software         | RA20            | Mirrors of civil networks built
RA50 | 20 | Engineering      | RA30            | Both halls connected
RA60 | 20 | Security         | RA40, RA50      | Examined from outside
= RA-USE Use
RA70 | 30 | Instructors      | RA40 SS+15      | First defenders' course written
RA80 | 15 | Instructors      | RA60, RA70      | First course held
RA85 | 10 | Security         | RA80            | Course and range reviewed
RA90 |  0 |                  | RA85            | Range open to both nations
"""

INDICATORS = """
= IN-TERMS Terms
IN10 | 25 | Programme office |                 | What is shared, under which marks
IN20 | 20 | Security         | IN10            | Duties of both response teams
= IN-LINK Link
IN30 | 40 | Software         | IN10            | Exchange of indicators built
IN40 | 20 | Security         | IN30            | Link examined
IN50 | 25 | Analysts         | IN20, IN30      | Old incidents played through
= IN-USE Use
IN60 | 30 | Analysts         | IN40, IN50      | Three months' watch, first half
IN70 | 30 | Analysts         | IN60            | Three months' watch, second half
IN80 | 10 | Programme office | IN70            | False alarms counted
IN90 |  0 |                  | IN80            | Indicators shared daily
"""

LINE = """
= LI-PREP Preparation
LI10 | 20 | Programme office |                 | Rates and investment agreed
LI20 | 50 | Engineering      | LI10            | Line laid out
LI30 | 30 | Programme office | LI10            | Suppliers chosen
= LI-BUILD Build
LI40 |100 | Supply           | LI20, LI30      | Machines delivered
LI50 | 60 | Workshop         | LI20            | Hall made ready
LI60 | 40 | Workshop         | LI40, LI50      | Machines installed
LI70 | 40 | Training         | LI40 SS+20      | Operators trained
= LI-RUN Run
LI80 | 30 | Quality          | LI60, LI70      | First articles examined
LI85 | 65 | Workshop         | LI80            | Rate raised in three steps
LI90 | 25 | Quality          | LI85 FF         | Suppliers audited for the rate
LI99 |  0 |                  | LI85, LI90      | Suppliers deliver at the full rate
"""

VISION = """
= VI-DATA Data
VI10 | 15 | Quality          |                 | Faults named and sorted
VI20 | 40 | Quality          | VI10            | Pictures of faults taken
= VI-MODEL Model
VI30 | 35 | Software         | VI20 SS+15      | First model
VI40 | 30 | Software         | VI30, VI20      | Model for both lines
VI50 | 20 | Analysts         | VI40            | What it misses is measured
= VI-LINE Line
VI60 | 25 | Supply           | VI10            | Cameras delivered
VI70 | 20 | Workshop         | VI60            | Cameras installed
VI80 | 30 | Quality          | VI50, VI70      | Two months beside the inspectors
VI90 |  0 |                  | VI80            | Inspectors work with it
"""

TESTBED = """
= TE-TERMS Terms
TE10 | 25 | Programme office |                 | Rules for data and models agreed
TE20 | 20 | Security         | TE10            | Safeguards examined
= TE-BUILD Build
TE30 | 40 | Supply           | TE10            | Computers delivered
TE40 | 35 | Software         | TE20            | Reproducible runs
TE50 | 25 | Software         | TE30, TE40      | Both nations' sites joined
= TE-TASK Tasks
TE60 | 40 | Analysts         | TE10            | First three tasks written
TE70 | 20 | Analysts         | TE50, TE60      | First models run
TE80 | 15 | Programme office | TE70            | Results compared and published
TE90 |  0 |                  | TE80            | Testbed open to both nations
"""

BASELINE = """
= BA-MAP Map
BA10 | 30 | Programme office |                 | Both policies laid side by side
BA20 | 25 | Analysts         | BA10            | Gaps named
= BA-TEXT Text
BA30 | 35 | Programme office | BA20            | Joint text drafted
BA40 | 25 | Analysts         | BA20 SS+10      | Tests for each demand found
BA50 | 30 | Programme office | BA30, BA40      | Consultation of industry
= BA-TRY Try
BA60 | 30 | Analysts         | BA50            | Tried on two systems
BA70 | 15 | Programme office | BA60            | Text revised
BA90 |  0 |                  | BA70            | Joint baseline ready to be decided
"""

SENSORS = """
= SE-DESIGN Design
SE10 | 20 | Engineering      |                 | Measurements and ranges settled
SE20 | 40 | Engineering      | SE10            | Sensor designed
SE30 | 35 | Supply           | SE10            | Chips delivered
= SE-MAKE Make
SE40 | 35 | Workshop         | SE20, SE30      | Prototypes made
SE50 | 25 | Quality          | SE40            | Heat, cold and shock
SE60 | 30 | Engineering      | SE50            | Changes made
= SE-PROVE Proof
SE70 | 30 | Quality          | SE60            | Second test
SE80 | 20 | Workshop         | SE60            | Papers for production
SE85 | 15 | Programme office | SE70, SE80      | Design reviewed by both nations
SE90 |  0 |                  | SE85            | Sensor ready for production
"""

HEALTH = """
= HE-DATA Data
HE10 | 20 | Programme office |                 | Owners release their records
HE20 | 35 | Analysts         | HE10            | Records cleaned
HE30 | 30 | Workshop         | HE10            | Sensors fitted to two machines
= HE-MODEL Model
HE40 | 40 | Software         | HE20            | Wear forecast from records
HE50 | 30 | Software         | HE40, HE30      | Wear forecast from sensors
HE60 | 20 | Analysts         | HE50            | Missed failures counted
= HE-USE Use
HE70 | 40 | Workshop         | HE60            | Maintainers try it for a season
HE80 | 15 | Programme office | HE70            | Saving measured
HE85 |  5 | Programme office | HE80 SF+20      | Licence for the trial kept up
HE90 |  0 |                  | HE80, HE85      | Maintenance planned by wear
"""
